import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { walk, type Walked } from '../../../main/intake/walk.ts';
import { seenFile } from '../../../main/lib/file-stat.ts';
import { decodePath } from '../../../main/lib/path-text.ts';
import { asOrdinaryUser, writeFile } from '../../support/files.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** `file a/b.jpg` or `unreadable a`, relative to the folder, in the order of the walk. */
function listing(folder: string, roots = [folder]): string[] {
  return [...walk(roots)].map((walked) => describeOne(folder, walked));
}

function describeOne(folder: string, walked: Walked): string {
  return `${walked.kind === 'file' ? 'file' : walked.reason} ${path.relative(folder, walked.path) || '.'}`;
}

describe('walk', () => {
  it('finds every file, however deep, in path order, with its stat', () => {
    const folder = tempDir();
    const names = ['b.jpg', 'a/2.jpg', 'a/10.jpg', 'a/x/y/z/deep.jpg', 'a.jpg', '.hidden/e.jpg', 'Ü.jpg'];
    for (const name of names) writeFile(path.join(folder, name), name);
    fs.mkdirSync(path.join(folder, 'empty'));
    expect(listing(folder)).toEqual([
      'file .hidden/e.jpg',
      'file a/10.jpg',
      'file a/2.jpg',
      'file a/x/y/z/deep.jpg',
      'file a.jpg',
      'file b.jpg',
      'file Ü.jpg',
    ]);
    const [first] = walk([path.join(folder, 'b.jpg')]);
    expect(first).toEqual({
      kind: 'file',
      path: path.join(folder, 'b.jpg'),
      stat: seenFile(fs.statSync(path.join(folder, 'b.jpg'), { bigint: true })),
    });
  });

  it('loses none of many files in one folder', () => {
    const folder = tempDir();
    for (let index = 0; index < 5000; index++) fs.writeFileSync(path.join(folder, `${index}`), '');
    const paths = [...walk([folder])].map((walked) => walked.path);
    expect(new Set(paths).size).toBe(5000);
  });

  it('goes on after each folder that it must not read, and names it', async () => {
    const folder = tempDir();
    fs.chmodSync(folder, 0o755);
    for (const name of ['a/1.jpg', 'b/2.jpg', 'c/3.jpg']) writeFile(path.join(folder, name), name);
    fs.chmodSync(path.join(folder, 'b'), 0o000);
    const found = await asOrdinaryUser(() => listing(folder));
    expect(found).toEqual(['file a/1.jpg', 'permission_denied b', 'file c/3.jpg']);
  });

  it('does not run in circles', () => {
    const folder = tempDir();
    writeFile(path.join(folder, 'a/1.jpg'), '1');
    fs.symlinkSync(folder, path.join(folder, 'a/up'));
    fs.symlinkSync('.', path.join(folder, 'a/self'));
    fs.symlinkSync(path.join(folder, 'loop2'), path.join(folder, 'loop1'));
    fs.symlinkSync(path.join(folder, 'loop1'), path.join(folder, 'loop2'));
    expect(listing(folder)).toEqual(['file a/1.jpg', 'unreadable loop1', 'unreadable loop2']);
  });

  it('follows links to what lies elsewhere, and says where one leads nowhere', () => {
    const [folder, elsewhere] = [tempDir(), tempDir()];
    writeFile(path.join(elsewhere, 'album/1.jpg'), '1');
    writeFile(path.join(elsewhere, '2.jpg'), '2');
    fs.symlinkSync(path.join(elsewhere, 'album'), path.join(folder, 'album'));
    fs.symlinkSync(path.join(elsewhere, '2.jpg'), path.join(folder, 'link.jpg'));
    fs.symlinkSync(path.join(elsewhere, 'gone.jpg'), path.join(folder, 'nowhere.jpg'));
    expect(listing(folder)).toEqual(['file album/1.jpg', 'file link.jpg', 'vanished nowhere.jpg']);
  });

  it('opens no pipe, socket or device', async () => {
    const folder = tempDir();
    writeFile(path.join(folder, 'a.jpg'), 'a');
    execFileSync('mkfifo', [path.join(folder, 'fifo.jpg')]);
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(path.join(folder, 'socket.jpg'), resolve));
    fs.symlinkSync('/dev/zero', path.join(folder, 'zero.jpg'));
    expect(listing(folder)).toEqual([
      'file a.jpg',
      'special_file fifo.jpg',
      'special_file socket.jpg',
      'special_file zero.jpg',
    ]);
    server.close();
  });

  it('finds one photo once, by however many roots and links it is reached', () => {
    const folder = tempDir();
    const file = writeFile(path.join(folder, 'album/1.jpg'), '1');
    fs.symlinkSync(file, path.join(folder, 'same.jpg'));
    expect(listing(folder, [file, path.join(folder, 'album'), folder, `${folder}/album/../album`])).toEqual([
      'file album/1.jpg',
    ]);
  });

  it('takes hard links for files of their own', () => {
    const folder = tempDir();
    fs.linkSync(writeFile(path.join(folder, 'a.jpg'), '1'), path.join(folder, 'b.jpg'));
    expect(listing(folder, [folder, folder])).toEqual(['file a.jpg', 'file b.jpg']);
  });

  it.skipIf(process.platform !== 'linux')('walks names that are not UTF-8, folders too', () => {
    const folder = tempDir();
    const latin = (name: string): Buffer => Buffer.from(name, 'latin1');
    const album = Buffer.concat([Buffer.from(`${folder}/`), latin('München')]);
    fs.mkdirSync(album);
    fs.writeFileSync(Buffer.concat([album, latin('/Müller.jpg')]), 'content');
    const [only, ...others] = walk([folder]);
    expect(others).toEqual([]);
    expect(only?.kind).toBe('file');
    expect(fs.readFileSync(decodePath(only?.path ?? ''), 'utf8')).toBe('content');
  });

  it('reports what vanishes while it walks', () => {
    const folder = tempDir();
    for (const name of ['a/1.jpg', 'b.jpg', 'c/2.jpg', 'd.jpg']) writeFile(path.join(folder, name), name);
    const seen: string[] = [];
    for (const walked of walk([folder])) {
      seen.push(describeOne(folder, walked));
      if (seen.length > 1) continue;
      fs.rmSync(path.join(folder, 'b.jpg'));
      fs.rmSync(path.join(folder, 'c'), { recursive: true });
    }
    expect(seen).toEqual(['file a/1.jpg', 'vanished b.jpg', 'vanished c', 'file d.jpg']);
  });

  it('reports a root that is not there', () => {
    expect(listing('/', ['/no/such/folder'])).toEqual(['vanished no/such/folder']);
  });
});
