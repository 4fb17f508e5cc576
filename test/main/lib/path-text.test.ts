import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  childPath,
  decodePath,
  displayPath,
  encodePath,
  parentPath,
  restBelow,
} from '../../../main/lib/path-text.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** "Müller" as an old Latin-1 system wrote it, a lone continuation byte, a truncated sequence, an encoded surrogate. */
const foreignNames = ['4dfc6c6c65722e6a7067', '80', 'e282', 'eda080', 'ff0a20fe'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

describe('paths as text', () => {
  it.each(['/photos/Müller.jpg', '/photos/a\nb', '/photos/\u{1F4F7}.jpg', '/photos/\uFFFD.jpg'])(
    'keeps a UTF-8 path readable: %j',
    (text) => {
      expect(encodePath(Buffer.from(text))).toBe(text);
      expect(encodePath(text)).toBe(text);
      expect(decodePath(text)).toBe(text);
      expect(displayPath(text)).toBe(text);
    },
  );

  it.skipIf(process.platform !== 'linux')('opens a file again whose name is not UTF-8', () => {
    const folder = tempDir();
    for (const [index, name] of foreignNames.entries()) {
      fs.writeFileSync(Buffer.concat([Buffer.from(folder + path.sep), name]), `content ${index}`);
    }
    const texts = fs
      .readdirSync(folder, { encoding: 'buffer' })
      .map((name) => encodePath(Buffer.concat([Buffer.from(folder + path.sep), name])));
    const contents = texts.map((text) => fs.readFileSync(decodePath(text), 'utf8'));
    expect(contents.sort()).toEqual(foreignNames.map((_, index) => `content ${index}`));
    expect(new Set(texts).size).toBe(foreignNames.length);
  });

  it.skipIf(path.sep !== '/')('goes up and down, whatever bytes the names are of', () => {
    for (const name of ['Müller.jpg', encodePath(foreignNames[0] ?? Buffer.alloc(0))]) {
      const inner = childPath('/photos', name);
      expect(parentPath(inner)).toBe('/photos');
      const file = childPath(inner, 'a.jpg');
      expect(parentPath(file)).toBe(inner);
      expect(restBelow(file, inner)).toBe('a.jpg');
      expect(childPath('/photos', restBelow(file, '/photos') ?? '')).toBe(file);
    }
    expect(parentPath('/')).toBeNull();
    expect(parentPath('/photos')).toBe('/');
    expect(childPath('/', 'photos')).toBe('/photos');
    expect(restBelow('/photos/a.jpg', '/')).toBe('photos/a.jpg');
    expect(restBelow('/photos2/a.jpg', '/photos')).toBeNull();
    expect(restBelow('/photos', '/photos')).toBeNull();
  });

  it('shows undecodable bytes as U+FFFD and nothing of the escape', () => {
    const text = encodePath(Buffer.concat([Buffer.from('/photos/'), ...foreignNames.slice(0, 1)]));
    expect(text).not.toContain('/photos');
    expect(displayPath(text)).toBe('/photos/M\uFFFDller.jpg');
  });
});
