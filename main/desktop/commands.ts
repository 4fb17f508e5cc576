/** What main asks the window to do. They wait until the page takes them: it may be loading, or not be there at all. */
import type { WindowCommand } from '../../preload/contract/model.ts';

export interface Commands {
  add(command: WindowCommand): void;
  /** Takes all that wait, in the order in which they came. */
  take(): WindowCommand[];
}

/** Nobody means more than a few at once. */
const most = 20;

/** @param onAdded the window is to come and take them. */
export function createCommands(onAdded: () => void): Commands {
  let waiting: WindowCommand[] = [];
  return {
    add: (command) => {
      waiting = [...waiting, command].slice(-most);
      onAdded();
    },
    take: () => {
      const taken = waiting;
      waiting = [];
      return taken;
    },
  };
}
