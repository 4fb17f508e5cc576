/** The store of certificates that Chromium reads on Linux: an NSS database in the person's home folder. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Makes `home`'s database, and has it trust this authority for servers. */
export function trustAuthority(home: string, pemFile: string): void {
  const folder = path.join(home, '.pki', 'nssdb');
  fs.mkdirSync(folder, { recursive: true });
  const certutil = (...args: string[]): void => {
    execFileSync('certutil', ['-d', `sql:${folder}`, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  certutil('-N', '--empty-password');
  certutil('-A', '-n', 'Tintype tests', '-t', 'C,,', '-i', pemFile);
}
