import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../support/temp-dir.ts';
import { scriptFile } from '../support/script.ts';

const hasDpkg = spawnSync('dpkg-deb', ['--version']).status === 0;

function fpm(args: readonly string[]): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, [scriptFile('package/fpm.mjs'), ...args], { encoding: 'utf8' });
}

function dpkgDeb(...args: string[]): string {
  const { stdout, status } = spawnSync('dpkg-deb', args, { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout;
}

describe.skipIf(!hasDpkg)('the stand-in for fpm', () => {
  it('builds the package that its arguments describe', () => {
    const folder = tempDir();
    const app = path.join(folder, 'app');
    fs.mkdirSync(path.join(app, 'sub'), { recursive: true });
    fs.writeFileSync(path.join(app, 'run'), '#!/bin/sh\n', { mode: 0o700 });
    fs.writeFileSync(path.join(app, 'sub', 'data'), 'data', { mode: 0o600 });
    fs.symlinkSync('run', path.join(app, 'link'));
    const icon = path.join(folder, 'icon.png');
    fs.writeFileSync(icon, 'icon');
    const script = path.join(folder, 'after');
    fs.writeFileSync(script, '#!/bin/sh\nexit 0\n');
    const deb = path.join(folder, 'plate.deb');

    const { status, stderr } = fpm(
      [
        [
          '-s',
          'dir',
          '--force',
          '-t',
          'deb',
          '--name',
          'plate',
          '--version',
          '1.2.3',
          '--architecture',
          'amd64',
        ],
        ['--maintainer', 'A B <a@b.example>', '--url', 'https://b.example', '--deb-compression', 'gz'],
        [
          '--description',
          '\n A plate\n With two lines',
          '-d',
          'libc6',
          '-d',
          'libnss3',
          '--deb-recommends',
          'x',
        ],
        [
          '--after-install',
          script,
          '--package',
          deb,
          `${app}/=/opt/Plate`,
          `${icon}=/usr/share/icons/plate.png`,
        ],
      ].flat(),
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);

    expect(dpkgDeb('--field', deb, 'Package', 'Version', 'Depends', 'Recommends').split('\n').sort()).toEqual(
      ['', 'Depends: libc6, libnss3', 'Package: plate', 'Recommends: x', 'Version: 1.2.3'],
    );
    expect(dpkgDeb('--field', deb, 'Description')).toBe('A plate\n With two lines\n');
    const list = dpkgDeb('--contents', deb);
    expect(list).toMatch(/^-rwxr-xr-x root\/root .* \.\/opt\/Plate\/run$/m);
    expect(list).toMatch(/^-rw-r--r-- root\/root .* \.\/opt\/Plate\/sub\/data$/m);
    expect(list).toMatch(/^lrwxrwxrwx root\/root .* \.\/opt\/Plate\/link -> run$/m);
    expect(list).toMatch(/ \.\/usr\/share\/icons\/plate\.png$/m);
    expect(dpkgDeb('--info', deb, 'postinst')).toBe('#!/bin/sh\nexit 0\n');
    expect(dpkgDeb('--info', deb, 'md5sums').trim().split('\n')).toHaveLength(3);
  });

  it('refuses what it was not made for', () => {
    expect(fpm(['-s', 'dir', '-t', 'rpm']).status).not.toBe(0);
    expect(fpm(['-s', 'dir', '-t', 'deb', '--deb-upstart', 'x']).stderr).toContain('--deb-upstart');
  });
});
