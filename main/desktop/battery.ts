/** Whether this computer runs on its battery, on Linux, where Electron does not know it. */
import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * Reads what the kernel says of the power supplies (Documentation/ABI/testing/sysfs-class-power). A battery of a mouse
 * or a keyboard is none of the computer's: its scope is `Device`.
 *
 * @param folder `/sys/class/power_supply`
 * @returns false where there is no battery, or nothing to read.
 */
export async function isDischarging(folder: string): Promise<boolean> {
  const names = await fs.readdir(folder).catch(() => []);
  const supplies = await Promise.all(
    names.map(async (name) => {
      const read = async (file: string): Promise<string> =>
        (await fs.readFile(path.join(folder, name, file), 'utf8').catch(() => '')).trim();
      return {
        type: await read('type'),
        online: await read('online'),
        status: await read('status'),
        scope: await read('scope'),
      };
    }),
  );
  // Some report a battery that is kept below full as discharging while the mains feed the computer.
  const fed = supplies.some(({ type, online }) => type !== 'Battery' && online === '1');
  const drains = supplies.some(
    ({ type, status, scope }) => type === 'Battery' && scope !== 'Device' && status === 'Discharging',
  );
  return drains && !fed;
}
