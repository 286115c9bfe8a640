import type { ReactNode } from 'react';
import { run, type Command } from '../../commands/command';
import { useStore } from '../../app/store';
import { router } from '../../app/router';
import { room } from '../../room/state';
import { Kbd } from './Kbd';

interface Props {
  command: Command;
  className?: string;
  children?: ReactNode;
}

/** A button is a command made visible: same name, same key, same moment at which it can be done. */
export function CommandButton({ command, className = 'quiet', children }: Props) {
  const inRoom = useStore(room, command.enabled);
  const onRoute = useStore(router, command.enabled);
  return (
    <button
      type="button"
      className={className}
      aria-label={command.label}
      disabled={!inRoom || !onRoute}
      aria-keyshortcuts={command.keys.map((key) => key.replace(/^ $/, 'Space')).join(' ')}
      onClick={() => run(command)}
    >
      {children ?? command.label}
      <Kbd command={command} />
    </button>
  );
}
