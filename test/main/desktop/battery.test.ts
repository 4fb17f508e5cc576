import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { isDischarging } from '../../../main/desktop/battery.ts';
import { tempDir } from '../../support/temp-dir.ts';

type Supply = Readonly<Record<string, string>>;
const mains = (online: string): Supply => ({ type: 'Mains', online });
const battery = (status: string, more: Supply = {}): Supply => ({ type: 'Battery', status, ...more });

it.each<[string, Supply[], boolean]>([
  ['a desktop computer', [], false],
  ['a laptop at the mains', [mains('1'), battery('Charging')], false],
  ['a laptop on its battery', [mains('0'), battery('Discharging')], true],
  ['a battery that is kept below full at the mains', [mains('1'), battery('Discharging')], false],
  ['a charger by USB', [{ type: 'USB', online: '1' }, battery('Discharging')], false],
  ['two batteries, of which one drains', [mains('0'), battery('Full'), battery('Discharging')], true],
  ['a mouse', [battery('Discharging', { scope: 'Device' })], false],
  ['supplies that say nothing', [{}], false],
])('%s', async (_what, supplies, expected) => {
  const folder = tempDir();
  for (const [index, files] of supplies.entries()) {
    fs.mkdirSync(path.join(folder, String(index)));
    for (const [name, text] of Object.entries(files))
      fs.writeFileSync(path.join(folder, String(index), name), `${text}\n`);
  }
  expect(await isDischarging(folder)).toBe(expected);
});

it('nothing is known where there is no such folder', async () => {
  expect(await isDischarging('/nowhere/power_supply')).toBe(false);
});
