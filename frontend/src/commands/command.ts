/** Everything a person can do is one of these: what it is called, which keys start it, when it can be done. */
export interface Command {
  readonly name: string;
  readonly label: string;
  /** As in KeyboardEvent.key, with "Shift+" where the shift key matters; the first one is shown. */
  readonly keys: readonly string[];
  readonly enabled: () => boolean;
  readonly perform: () => void | Promise<void>;
}

const shown: Record<string, string> = {
  Enter: '⏎',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  'Shift+U': '⇧u',
};

export const keyLabel = (key: string): string => shown[key] ?? key;

/** "Shift+U" for letters with shift; other characters already say so themselves ("?"). */
export const pressed = ({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): string =>
  shiftKey && /^[a-z]$/i.test(key)
    ? `Shift+${key.toUpperCase()}`
    : key.length === 1
      ? key.toLowerCase()
      : key;

/** Command failures are handled where they happen; nothing is awaited by a click or a key. */
export const run = (command: Command): void => {
  if (command.enabled()) void command.perform();
};
