import { useEffect } from 'react';
import type { CommandKind, CommandOf } from '../state/commands.ts';
import { useServices } from '../state/services.ts';

/** Handles a kind of command while the component is there. */
export function useCommand<K extends CommandKind>(kind: K, handler: (command: CommandOf<K>) => void): void {
  const { commands } = useServices();
  useEffect(() => commands.on(kind, handler), [commands, kind, handler]);
}
