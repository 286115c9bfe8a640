import { Icon } from '../../ui/Icon/Icon';
import type { Mark } from '../state';

/** A round tick or a square cross: told apart by shape as well as by colour. */
export function Badge({ mark }: { mark: Mark | undefined }) {
  if (mark === undefined || mark.verdict === null) return null;
  const right = mark.verdict;
  return (
    <span className={`badge ${right ? 'right' : 'wrong'} ${mark.saving ? 'saving' : ''}`}>
      <Icon name={right ? 'check' : 'cross'} size={16} />
    </span>
  );
}
