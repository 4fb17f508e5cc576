import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { argumentsFor, ownArguments, parseArguments } from '../../../main/desktop/arguments.ts';

const cwd = path.resolve('/home/ada');
const at = (...parts: string[]): string => path.join(cwd, ...parts);
const nothing = { files: [], link: null, hidden: false, config: null };

describe('the command line', () => {
  it('names files by absolute and relative paths, with spaces, dots and letters of every kind', () => {
    const files = [
      '/photos/a.jpg',
      'b.jpg',
      './c d.jpg',
      '../eve/e.jpg',
      'Füße/日本.heic',
      '~',
      'a=b',
      '%2e%2e',
    ];
    expect(parseArguments(files, cwd)).toEqual({
      ...nothing,
      files: [
        path.resolve('/photos/a.jpg'),
        at('b.jpg'),
        at('c d.jpg'),
        path.resolve('/home/eve/e.jpg'),
      ].concat(['Füße/日本.heic', '~', 'a=b', '%2e%2e'].map((name) => at(name))),
    });
  });

  it('ignores switches that it does not know, and takes everything after -- for files', () => {
    const { files } = parseArguments(
      ['--no-sandbox', '-v', '--inspect=0', '', 'a.jpg', '--', '--hidden', '-rf', 'tintype://open', 'b.jpg'],
      cwd,
    );
    expect(files).toEqual([at('a.jpg'), at('--hidden'), at('-rf'), at('tintype:/open'), at('b.jpg')]);
  });

  it('knows its own switches, whose value is no file', () => {
    expect(parseArguments(['--config', 'client.json', '--hidden'], cwd)).toEqual({
      ...nothing,
      hidden: true,
      config: 'client.json',
    });
    expect(parseArguments(['a.jpg', '--config'], cwd)).toEqual({ ...nothing, files: [at('a.jpg')] });
  });

  it('takes links of its scheme and addresses of files, and the last link counts', () => {
    const photo = at('ein Foto.jpg');
    const { files, link } = parseArguments(
      [
        'tintype://open',
        pathToFileURL(photo).href,
        'TINTYPE://settings',
        'file://elsewhere/b.jpg',
        'file:///%00',
      ],
      cwd,
    );
    expect(link).toBe('TINTYPE://settings');
    expect(files).toEqual([photo]);
  });

  it('drops what is no path at all, and more than one call takes', () => {
    expect(parseArguments(['a\0b'], cwd).files).toEqual([]);
    expect(
      parseArguments(
        Array.from({ length: 100_001 }, () => 'x'),
        cwd,
      ).files,
    ).toHaveLength(100_000);
  });
});

it('what belongs to the program, or to Electron that was started with an app, is left out', () => {
  expect(ownArguments(['/opt/tintype', 'a.jpg'], null)).toEqual(['a.jpg']);
  expect(
    ownArguments(['electron', '-r', 'loader.js', '--inspect=0', '/app', 'a.jpg', '/app'], '/app'),
  ).toEqual(['a.jpg', '/app']);
  expect(ownArguments(['electron', '.', 'a.jpg'], process.cwd())).toEqual(['a.jpg']);
});

it('what was asked for can be asked for anew, with the switches of Chromium', () => {
  const wanted = {
    files: ['/photos/-.jpg', '/photos/a b.jpg'],
    link: 'tintype://open?filter=done',
    hidden: true,
    config: '/etc/tintype.json',
  };
  const argv = argumentsFor(wanted, ['--no-sandbox', '--hidden', '--config', 'x', 'b.jpg', '--', '--c.jpg']);
  expect(argv.slice(0, 2)).toEqual(['--no-sandbox', '--hidden']);
  expect(parseArguments(argv, '/elsewhere')).toEqual(wanted);
  expect(argumentsFor({ files: [], link: null, hidden: false, config: null }, [])).toEqual(['--']);
});
