/** The one bridge between the window and main: derived from the contract, without logic of its own. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  callOwners,
  eventNames,
  type Bridge,
  type CallName,
  type EventName,
  type Reply,
} from './contract/api.ts';

const bridge: Bridge = {
  call: (name, ...args) => {
    if (!Object.hasOwn(callOwners, name) || (name as CallName) === 'intake.add') {
      return Promise.resolve({ ok: false, problem: { code: 'bad_request' } });
    }
    return ipcRenderer.invoke(name, ...args);
  },
  addFiles: async (files) => {
    const real = files.filter((file): file is File => file instanceof File);
    // Only a File that the person dropped, pasted or picked has a path; anything else maps to ''.
    const paths = real.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '');
    if (paths.length > 0)
      return ipcRenderer.invoke('intake.add' satisfies CallName, paths) as Promise<Reply<number>>;
    // A picture in the clipboard is no file yet.
    const picture = real.find(({ type }) => type === 'image/png');
    if (picture === undefined) return { ok: false, problem: { code: 'bad_request' } };
    const bytes = new Uint8Array(await picture.arrayBuffer());
    return ipcRenderer.invoke('intake.paste' satisfies CallName, bytes) as Promise<Reply<number>>;
  },
  on: (name, listener) => {
    if (!eventNames.includes(name)) return () => undefined;
    const forward = (_event: unknown, payload: unknown): void => {
      listener(payload as Parameters<typeof listener>[0]);
    };
    ipcRenderer.on(name satisfies EventName, forward);
    return () => {
      ipcRenderer.off(name, forward);
    };
  },
};

contextBridge.exposeInMainWorld('tintype', bridge);
