import fs from 'node:fs';
import { attempt, run } from '../lib/run.mjs';
import { report } from './report.mjs';

/** Debian's names for what each purpose needs of the system. */
const packages = {
  /** Libraries that Electron and keytar load, and what opens the browser. */
  electron: [
    'ca-certificates',
    'libasound2',
    'libatk-bridge2.0-0',
    'libgbm1',
    'libgtk-3-0',
    'libnss3',
    'libsecret-1-0',
    'libxss1',
    'unzip',
    'xdg-utils',
  ],
  /** To build better-sqlite3. */
  build: ['g++', 'make', 'python3'],
  /** Where there is no screen. */
  display: ['xvfb'],
  /** Where there is no session bus. dbus-x11 spares gnome-keyring the systemd user session. */
  keyring: ['dbus', 'dbus-x11', 'gnome-keyring'],
  /** The browser in which tests sign in. */
  browser: ['chromium'],
  /** A real S3 server, beside the sandbox's own. */
  ceph: ['ceph-common', 'ceph-mon', 'ceph-osd', 'radosgw'],
  /** Proxies, and the tool for the store of certificates that Chromium reads. */
  network: ['libnss3-tools', 'microsocks', 'openssl', 'tinyproxy'],
  /** What uploads are measured against. */
  rclone: ['rclone'],
};

/**
 * Set-up step: the system's own packages for `purposes` (keys of the table above), on Debian and its kin.
 * As root they are installed; anybody else is told the command. Elsewhere nothing is done.
 */
export function systemPackages(...purposes) {
  const wanted = purposes.flatMap((purpose) => packages[purpose]);
  return {
    async needed() {
      const missing = await missingOf(wanted);
      if (missing.length === 0) return undefined;
      if (process.getuid() === 0) return `installing ${missing.join(' ')}`;
      report(`these packages may be missing: sudo apt-get install ${missing.join(' ')}`);
      return undefined;
    },

    async put() {
      const missing = await missingOf(wanted);
      const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
      const install = [
        '-o',
        'DPkg::Lock::Timeout=300',
        'install',
        '-y',
        '--no-install-recommends',
        ...missing,
      ];
      // What apt knows from its last update will often do; if not, an update is due.
      if (!hasPackageLists() || (await attempt('apt-get', install, options)).code !== 0) {
        await run('apt-get', ['update'], options);
        await run('apt-get', install, options);
      }
    },
  };
}

/** The purposes that this session lacks: a display, a keyring. */
export function sessionPurposes(env = process.env) {
  if (process.platform !== 'linux') return [];
  const purposes = [];
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) purposes.push('display');
  if (!env.DBUS_SESSION_BUS_ADDRESS) purposes.push('keyring');
  return purposes;
}

async function missingOf(wanted) {
  if (process.platform !== 'linux') return [];
  const { code, output } = await attempt('dpkg-query', [
    '--show',
    '--showformat=${db:Status-Status}\t${Package}\t${Provides}\n',
  ]);
  if (code !== 0) return []; // not Debian
  const present = new Set();
  for (const line of output.split('\n')) {
    const [status, name, provides] = line.split('\t');
    if (status !== 'installed') continue;
    present.add(name);
    // libgtk-3-0t64 and the like provide the name without the suffix.
    for (const provided of provides.split(', ')) present.add(provided.split(' ')[0]);
  }
  return wanted.filter((name) => !present.has(name));
}

const hasPackageLists = (folder = '/var/lib/apt/lists') =>
  fs.existsSync(folder) && fs.readdirSync(folder).some((name) => /_Packages(\.\w+)?$/.test(name));
