import { pressed, run, type Command } from './command';

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** Enter and space belong to the button or link that has the focus. */
const actsItself = (target: EventTarget | null, key: string): boolean =>
  (key === 'Enter' || key === ' ') &&
  target instanceof HTMLElement &&
  target.closest('button, a, summary, [role="menuitem"]') !== null;

export function listenToKeys(commands: readonly Command[]): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector('dialog[open]') !== null) return;
    const key = pressed(event);
    if (typing(event.target) || actsItself(event.target, event.key)) return;
    const command = commands.find(({ keys, enabled }) => keys.includes(key) && enabled());
    if (command === undefined) return;
    event.preventDefault();
    run(command);
  };
  addEventListener('keydown', listener);
  return () => removeEventListener('keydown', listener);
}
