/** Starting at login on Linux: an entry in the folder that every desktop reads (XDG autostart specification 0.5). */
import fs from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../lib/replace-file.ts';

export interface AutostartDeps {
  /** `$XDG_CONFIG_HOME`, or `~/.config`. */
  configDir: string;
  /** The program and its arguments. */
  command: readonly string[];
}

/** Rejects with the system's error. */
export async function setAutostart(on: boolean, { configDir, command }: AutostartDeps): Promise<void> {
  const file = path.join(configDir, 'autostart', 'tintype.desktop');
  if (on) await replaceFile(file, autostartEntry(command));
  else await fs.rm(file, { force: true });
}

export function autostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Tintype',
    `Exec=${command.map(quoted).join(' ')}`,
    'Icon=tintype',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * As the Desktop Entry specification wants it, section "The Exec key": in double quotes, in which some characters are
 * escaped; all of that once more as a string value; and a percent sign would begin a field code.
 */
function quoted(argument: string): string {
  const inQuotes = argument.replaceAll(/["`$\\]/g, (character) => `\\${character}`);
  return `"${inQuotes}"`.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('%', '%%');
}
