import { KeysDialog } from '../../commands/KeysDialog/KeysDialog';
import { ConceptList } from '../../concepts/ConceptList/ConceptList';
import { DeleteDialog } from '../../concepts/dialogs/DeleteDialog';
import { RenameDialog } from '../../concepts/dialogs/RenameDialog';
import { NewDatasetDialog } from '../../datasets/DatasetPicker/NewDatasetDialog';
import { PictureDialog } from '../../picture/PictureDialog/PictureDialog';
import { Learnt } from '../../room/Learnt/Learnt';
import { Dialog } from '../../ui/Dialog/Dialog';
import { overlays } from '../overlays';
import { useStore } from '../store';

export function Overlay() {
  const { open, picture, session } = useStore(overlays, (state) => state);
  switch (open) {
    case 'keys':
      return <KeysDialog />;
    case 'picture':
      return picture && <PictureDialog key={picture.hit.id} {...picture} />;
    case 'rename':
      return session && <RenameDialog session={session} />;
    case 'delete':
      return session && <DeleteDialog session={session} />;
    case 'new-dataset':
      return <NewDatasetDialog />;
    case 'concepts':
      return (
        <Dialog title="Concepts" kind="drawer-left">
          <ConceptList />
        </Dialog>
      );
    case 'learnt':
      return (
        <Dialog title="What it has learnt" kind="drawer-right">
          <Learnt />
        </Dialog>
      );
    case 'none':
      return null;
  }
}
