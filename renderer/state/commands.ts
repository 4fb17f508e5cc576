/** What main asks of the window, handed to the view that can do it. */
import type { WindowCommand } from '../../preload/contract/model.ts';
import type { Client } from './client.ts';

export type CommandKind = WindowCommand['kind'];
export type CommandOf<K extends CommandKind> = Extract<WindowCommand, { kind: K }>;

export interface Commands {
  /** Handles the commands of a kind from now on; returns the function that ends it. */
  on<K extends CommandKind>(kind: K, handler: (command: CommandOf<K>) => void): () => void;
  close(): void;
}

/**
 * A command for which no view is there is dropped: the menu that it came from was of another moment. Only a filter is
 * kept until there is a list, for the window may have been opened with it.
 */
export function createCommands(client: Client): Commands {
  const handlers = new Map<CommandKind, (command: never) => void>();
  let filter: CommandOf<'filter'> | null = null;
  const take = async (): Promise<void> => {
    const reply = await client.ask('app.commands');
    if (!reply.ok) return;
    for (const command of reply.value) {
      const handler = handlers.get(command.kind);
      if (handler !== undefined) handler(command as never);
      else if (command.kind === 'filter') filter = command;
    }
  };
  const close = client.on('app.commanded', () => void take());
  void take();
  return {
    on: (kind, handler) => {
      handlers.set(kind, handler);
      if (kind === 'filter' && filter !== null) {
        (handler as (command: CommandOf<'filter'>) => void)(filter);
        filter = null;
      }
      return () => {
        if (handlers.get(kind) === handler) handlers.delete(kind);
      };
    },
    close,
  };
}
