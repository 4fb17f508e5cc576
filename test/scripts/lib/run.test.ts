import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importScript, scriptFile } from '../support/script.ts';

interface Run {
  run(command: string, args: readonly string[]): Promise<string>;
}
const { run } = await importScript<Run>('lib/run.mjs');

/** A program that uses scripts/lib/run.mjs. */
const program = (body: string): string[] => [
  '--input-type=module',
  '-e',
  `import * as run from ${JSON.stringify(pathToFileURL(scriptFile('lib/run.mjs')).href)};
   const node = process.execPath;
   ${body}`,
];

describe('run', () => {
  it('gives the output, or a problem that quotes it', async () => {
    expect(await run(process.execPath, ['-p', '1 + 1'])).toBe('2\n');
    await expect(
      run(process.execPath, ['-e', "console.error('the cause'); process.exit(3)"]),
    ).rejects.toMatchObject({
      code: 'command_failed',
      message: expect.stringContaining('the cause'),
    });
    await expect(run('/nowhere/at-all', [])).rejects.toMatchObject({ code: 'command_failed' });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends its program on %s, and lets its caller tidy up',
    async (signal) => {
      const caller = spawn(
        process.execPath,
        program(`
        const running = run.run(node, ['-e', 'setInterval(() => {}, 1000)']);
        console.log('ready');
        try { await running; }
        catch (error) { console.log(error.code); }`),
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let output = '';
      caller.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
      await once(caller.stdout, 'data');
      caller.kill(signal);
      await once(caller, 'close');
      expect(output).toBe('ready\ninterrupted\n');
    },
  );
});

describe('foreground', () => {
  it.each([
    ['process.exit(7)', 7],
    ["process.kill(process.pid, 'SIGKILL')", 137],
  ])('ends as its program does: %s', async (body, code) => {
    const caller = spawn(
      process.execPath,
      program(`process.exitCode = await run.foreground(node, ['-e', ${JSON.stringify(body)}]);`),
    );
    expect(await once(caller, 'close')).toEqual([code, null]);
  });

  it('passes signals on and waits for its program', async () => {
    const body =
      "process.on('SIGTERM', () => setTimeout(() => { console.log('bye'); process.exit(0); }, 50)); console.log('ready'); setInterval(() => {}, 1000)";
    const caller = spawn(
      process.execPath,
      program(
        `const code = await run.foreground(node, ['-e', ${JSON.stringify(body)}]); console.log('ended', code);`,
      ),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    caller.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await once(caller.stdout, 'data');
    caller.kill('SIGTERM');
    await once(caller, 'close');
    expect(output).toBe('ready\nbye\nended 0\n');
  });
});
