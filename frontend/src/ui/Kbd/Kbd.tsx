import { keyLabel, type Command } from '../../commands/command';

/** The first key of a command, as a hint; screen readers get aria-keyshortcuts instead, and it is no text of the button. */
export const Kbd = ({ command }: { command: Command }) => (
  <kbd aria-hidden="true" data-key={keyLabel(command.keys[0] ?? '')} />
);
