import { keyLabel, type Command } from '../../commands/command';

/** The first key of a command, as a hint; screen readers get aria-keyshortcuts instead. */
export const Kbd = ({ command }: { command: Command }) => (
  <kbd aria-hidden="true">{keyLabel(command.keys[0] ?? '')}</kbd>
);
