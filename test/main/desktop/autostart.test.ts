import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { autostartEntry, setAutostart } from '../../../main/desktop/autostart.ts';
import { tempDir } from '../../support/temp-dir.ts';

it('writes an entry for every desktop, and takes it away again', async () => {
  const configDir = tempDir();
  const deps = { configDir, command: ['/opt/Tintype/tintype', '--hidden'] };
  const file = path.join(configDir, 'autostart', 'tintype.desktop');
  await setAutostart(false, deps);
  await setAutostart(true, deps);
  expect(fs.readFileSync(file, 'utf8')).toContain('\nExec="/opt/Tintype/tintype" "--hidden"\n');
  await setAutostart(false, deps);
  expect(fs.existsSync(file)).toBe(false);
});

it('quotes whatever a path can have, so that it stays one argument of one line', () => {
  const entry = autostartEntry(['/opt/a "b" $c `d` \\e %f\nExec=evil', '--hidden']);
  const [exec, ...more] = entry.split('\n').filter((line) => line.startsWith('Exec='));
  expect(more).toEqual([]);
  expect(exec).toBe(
    String.raw`Exec="/opt/a \\"b\\" \\$c \\` +
      '`' +
      String.raw`d\\` +
      '`' +
      String.raw` \\\\e %%f\nExec=evil" "--hidden"`,
  );
});

const validator = '/usr/bin/desktop-file-validate';
it.skipIf(!fs.existsSync(validator))(
  `satisfies the desktops' own judge${fs.existsSync(validator) ? '' : ' (desktop-file-validate is not installed)'}`,
  () => {
    const file = path.join(tempDir(), 'tintype.desktop');
    fs.writeFileSync(file, autostartEntry(['/opt/Tin type/tintype', '--hidden']));
    expect(execFileSync(validator, [file]).toString()).toBe('');
  },
);
