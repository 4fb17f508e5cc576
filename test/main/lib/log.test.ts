import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog, errorCode } from '../../../main/lib/log.ts';
import { tempDir } from '../../support/temp-dir.ts';

let written: string[] = [];
beforeEach(() => {
  written = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('log', () => {
  it('writes one JSON line per event to its file and to standard error', () => {
    const file = path.join(tempDir(), 'logs', 'engine.log');
    const log = createLog('engine', file);
    log('upload.failed', { kind: 'network', rows: 3 });
    log('multi\nline', { detail: 'a\nb' });
    const text = fs.readFileSync(file, 'utf8');
    expect(text).toBe(written.join(''));
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      { source: 'engine', event: 'upload.failed', kind: 'network', rows: 3 },
      { source: 'engine', event: 'multi\nline', detail: 'a\nb' },
    ]);
    expect(Date.parse(String(lines[0]?.['at']))).toBeCloseTo(Date.now(), -4);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  it('begins a new file when the old one is full, and keeps one', () => {
    const file = path.join(tempDir(), 'engine.log');
    fs.writeFileSync(`${file}.1`, 'the one before the last');
    fs.writeFileSync(file, 'x'.repeat(4 * 1024 * 1024 + 1));
    const log = createLog('engine', file);
    log('first');
    log('second');
    expect(fs.readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(2);
    expect(fs.statSync(`${file}.1`).size).toBe(4 * 1024 * 1024 + 1);
    expect(fs.readdirSync(path.dirname(file)).sort()).toEqual(['engine.log', 'engine.log.1']);
  });

  it('goes on without its file: a log that cannot be written stops nothing', () => {
    const dir = tempDir();
    fs.writeFileSync(path.join(dir, 'logs'), 'a file where the folder should be');
    const log = createLog('engine', path.join(dir, 'logs', 'engine.log'));
    log('still.here');
    expect(written.join('')).toContain('"event":"still.here"');
    expect(written.join('')).toMatch(/log file: E(NOTDIR|EXIST)/);
  });
});

describe('errorCode', () => {
  it('takes the code of an error that has one, else its class, and never its text', () => {
    expect(errorCode(new TypeError('token abc'))).toBe('TypeError');
    expect(errorCode(AbortSignal.abort().reason)).toBe('AbortError');
    expect(errorCode('token abc')).toBe('string');
    try {
      fs.readFileSync(path.join(tempDir(), 'nothing'));
    } catch (error) {
      expect(errorCode(error)).toBe('ENOENT');
    }
  });
});
