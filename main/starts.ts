/** How Tintype was started, and what later starts of it want, which only hand that over to the one that runs. */
import { app } from 'electron';
import { z } from 'zod';
import { argumentsFor, ownArguments, parseArguments, type Arguments } from './desktop/arguments.ts';
import { linkScheme } from './desktop/deep-link.ts';

export interface Starts {
  /** Of this process. */
  first: Arguments;
  /**
   * Calls back with each later start, and with what the dock and the browser of a Mac send; also with what came before
   * this was called.
   */
  onMore(listener: (wanted: Arguments) => void): void;
  /** Has Tintype start anew when this process has ended, for a start that came while it was ending. */
  again(wanted: Arguments): void;
}

const nothing: Arguments = { files: [], link: null, hidden: false, config: null };

/** What one start tells the other. Chromium's own copy of the arguments is put in another order, with switches between. */
const handedOver = z.object({ argv: z.array(z.string()).max(200_000), workingDirectory: z.string() });

/** null where another Tintype runs with the same data: it has been told, and this one is to end. */
export function openStarts(): Starts | null {
  const argv = ownArguments(process.argv, app.isPackaged ? null : app.getAppPath());
  const workingDirectory = process.cwd();
  if (!app.requestSingleInstanceLock({ argv, workingDirectory })) return null;
  let early: Arguments[] = [];
  let listener = (wanted: Arguments): void => {
    early.push(wanted);
  };
  app.on('second-instance', (_event, _argv, _workingDirectory, data) => {
    const { data: told } = handedOver.safeParse(data);
    // Whoever it was wanted Tintype.
    listener(told === undefined ? nothing : parseArguments(told.argv, told.workingDirectory));
  });
  app.on('open-file', (event, file) => {
    event.preventDefault();
    listener({ ...nothing, files: [file] });
  });
  app.on('open-url', (event, link) => {
    event.preventDefault();
    listener({ ...nothing, link });
  });
  // From the tree it would be Electron that is registered, for whatever app.
  if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme);
  const first = parseArguments(argv, workingDirectory);
  return {
    first,
    onMore: (next) => {
      listener = next;
      // A click on the dock; at a start at login macOS says so too, and then nobody wants the window.
      app.on('activate', () => {
        next(nothing);
      });
      for (const wanted of early) next(wanted);
      early = [];
    },
    again: (wanted) => {
      const args = argumentsFor({ ...wanted, config: first.config }, argv);
      app.relaunch({ args: app.isPackaged ? args : [app.getAppPath(), ...args] });
    },
  };
}
