/** The one door between the window and the rest: sender checked, arguments parsed, failures as problems. */
import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import {
  callOwners,
  type CallName,
  type Calls,
  type EngineCallName,
  type EngineCalls,
  type EventName,
  type Events,
  type MainCalls,
  type Reply,
} from '../preload/contract/api.ts';
import { callSchemas } from '../preload/contract/schemas.ts';
import { ProblemError, problemOf, type Handlers } from './lib/rpc.ts';
import { windowOrigin } from './protocols.ts';

export interface IpcDeps {
  handlers: Handlers<MainCalls>;
  /** Passes a call on to the engine. */
  callEngine: <K extends EngineCallName>(
    name: K,
    ...args: Parameters<EngineCalls[K]>
  ) => Promise<ReturnType<EngineCalls[K]>>;
  /** The window that may call; null while there is none. */
  window: () => WebContents | null;
}

/** Opens the door. Returns the function that sends an event to the window. */
export function openIpc({
  handlers,
  callEngine,
  window,
}: IpcDeps): <K extends EventName>(name: K, payload: Events[K]) => void {
  for (const name of Object.keys(callOwners) as CallName[]) {
    ipcMain.handle(name, async (event, ...raw): Promise<Reply<unknown>> => {
      try {
        assertSender(event, window());
        const parsed = callSchemas[name].safeParse(raw);
        if (!parsed.success) throw new ProblemError({ code: 'bad_request', detail: name });
        return { ok: true, value: await dispatch(name, parsed.data) };
      } catch (error) {
        return { ok: false, problem: problemOf(error) };
      }
    });
  }

  const dispatch = (name: CallName, args: Parameters<Calls[CallName]>): unknown => {
    if (callOwners[name] === 'engine') {
      return callEngine(name as EngineCallName, ...(args as Parameters<EngineCalls[EngineCallName]>));
    }
    const handler = handlers[name as keyof MainCalls] as (...values: unknown[]) => unknown;
    return handler(...args);
  };

  return (name, payload) => {
    const target = window();
    if (target !== null && !target.isDestroyed()) target.send(name, payload);
  };
}

/** Only the top frame of our own window, showing our own page, may call. */
function assertSender(event: IpcMainInvokeEvent, window: WebContents | null): void {
  const frame = event.senderFrame;
  const ours =
    window !== null &&
    event.sender === window &&
    frame !== null &&
    frame === window.mainFrame &&
    frame.origin === windowOrigin;
  if (!ours) throw new ProblemError({ code: 'bad_request', detail: 'foreign sender' });
}
