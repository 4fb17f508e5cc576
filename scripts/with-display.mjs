// A display, a session bus and an unlocked keyring for programs that need them, where there are none.
// As a command: node scripts/with-display.mjs COMMAND [ARGUMENT...]
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Problem, runMain } from './lib/problem.mjs';
import { attempt, foreground } from './lib/run.mjs';

const startWithinMs = 15_000;
const secretService = 'string:org.freedesktop.secrets';

/**
 * Calls `use(env)` with an environment that has a display and a keyring: those of `env` where they can be
 * reached, else an Xvfb, a D-Bus session and a gnome-keyring started for the occasion. They end when `use`
 * does, whatever becomes of it, and also when this process is killed. Resolves to what `use` resolves to.
 *
 * A keyring that is started keeps its secrets in `options.keyringFolder`, else in a private folder that is
 * deleted afterwards. On macOS and Windows there is always a desktop, and `env` is passed on as it is.
 */
export async function withDesktop(env, use, options = {}) {
  if (process.platform !== 'linux') return use(env);
  const needsDisplay = !env.DISPLAY && !env.WAYLAND_DISPLAY;
  const needsKeyring = !(await hasKeyring(env));
  if (!needsDisplay && !needsKeyring) return use(env);
  const session = openSession();
  try {
    const display = needsDisplay ? await startDisplay(session, env) : {};
    const keyring = needsKeyring
      ? await startKeyring(session, { ...env, ...display }, options.keyringFolder)
      : {};
    return await use({ ...env, ...display, ...keyring });
  } finally {
    await session.close();
  }
}

async function hasKeyring(env) {
  if (!env.DBUS_SESSION_BUS_ADDRESS) return false;
  return (
    (await isKeyringUp(env)) ||
    (await callBus(env, 'StartServiceByName', secretService, 'uint32:0')).code === 0
  );
}

async function isKeyringUp(env) {
  return (await callBus(env, 'NameHasOwner', secretService)).output.includes('boolean true');
}

/** Calls the message bus itself; ends with code 0 when it answered without an error. */
function callBus(env, method, ...args) {
  const call = ['--session', '--print-reply=literal', '--reply-timeout=5000', '--dest=org.freedesktop.DBus'];
  return attempt('dbus-send', [...call, '/org/freedesktop/DBus', `org.freedesktop.DBus.${method}`, ...args], {
    env,
  });
}

/**
 * A private folder and the processes that live as long as we do. They have their own process groups, so
 * that Ctrl-C leaves them to serve what is shutting down; a guard ends them should we be killed.
 */
function openSession() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tintype-desktop-'));
  const children = [];
  // Reads process ids until we close the pipe, which we only do by dying.
  const script = 'while read -r pid; do pids="$pids $pid"; done; kill -KILL $pids; rm -rf "$0"';
  const guard = spawn('sh', ['-c', script, folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.unref();

  return {
    folder,

    start(program, args, options) {
      const child = spawn(program, args, { detached: true, ...options });
      const ended = new Promise((resolve) => {
        child.on('error', resolve);
        child.on('exit', resolve);
      });
      children.push({ child, ended });
      if (child.pid !== undefined) guard.stdin.write(`${child.pid}\n`);
      return { child, ended };
    },

    async close() {
      for (const { child, ended } of children.reverse()) {
        child.kill('SIGTERM');
        if (
          (await Promise.race([ended.then(() => 'ended'), pause(2_000, undefined, { ref: false })])) !==
          'ended'
        )
          child.kill('SIGKILL');
        await ended;
      }
      fs.rmSync(folder, { recursive: true, force: true });
      guard.ref();
      guard.kill('SIGKILL');
      await once(guard, 'exit');
    },
  };
}

async function startDisplay(session, env) {
  // Without a cookie any user of this machine could look at the display and type into it.
  const authority = path.join(session.folder, 'xauthority');
  fs.writeFileSync(authority, cookieForAnyDisplay(), { mode: 0o600 });
  const { child, ended } = session.start(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp', '-auth', authority],
    { env, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const number = await firstLine('Xvfb', child.stdio[3], ended);
  return { DISPLAY: `:${number}`, XAUTHORITY: authority };
}

/** One record of an Xauthority file: any host (0xffff), any display number, MIT-MAGIC-COOKIE-1. */
function cookieForAnyDisplay() {
  const counted = (bytes) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const family = Buffer.from([0xff, 0xff]);
  const fields = [Buffer.alloc(0), Buffer.alloc(0), Buffer.from('MIT-MAGIC-COOKIE-1'), randomBytes(16)];
  return Buffer.concat([family, ...fields.map(counted)]);
}

async function startKeyring(session, env, keyringFolder = path.join(session.folder, 'data')) {
  const config = path.join(session.folder, 'bus.conf');
  fs.writeFileSync(config, busConfig(path.join(session.folder, 'bus')));
  const bus = session.start(
    'dbus-daemon',
    [`--config-file=${config}`, '--nofork', '--nopidfile', '--print-address=3'],
    { env, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const address = await firstLine('dbus-daemon', bus.child.stdio[3], bus.ended);
  const onBus = { DBUS_SESSION_BUS_ADDRESS: address };

  fs.mkdirSync(keyringFolder, { recursive: true, mode: 0o700 });
  const daemon = session.start(
    'gnome-keyring-daemon',
    [
      '--foreground',
      '--unlock',
      '--components=secrets',
      `--control-directory=${path.join(session.folder, 'control')}`,
    ],
    { env: { ...env, ...onBus, XDG_DATA_HOME: keyringFolder }, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  // The password is no secret: what protects this keyring is that only its owner can read the folder.
  daemon.child.stdin.on('error', () => {}).end('tintype');
  await answering('gnome-keyring-daemon', { ...env, ...onBus }, daemon.ended);
  return onBus;
}

/** A bus of our own, for this user, that starts no services: so none can outlive it. */
const busConfig = (
  socket,
) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/** What a program that we started says when it is ready. */
async function firstLine(program, stream, ended) {
  const said = new Promise((resolve) => {
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.split('\n')[0]);
    });
  });
  return orNotStarted(program, said, ended);
}

/** Waits until the keyring has taken its name on the bus. */
async function answering(program, env, ended) {
  const watch = new AbortController();
  const answers = async () => {
    while (!watch.signal.aborted) {
      if (await isKeyringUp(env)) return;
      await pause(30);
    }
  };
  try {
    await orNotStarted(program, answers(), ended);
  } finally {
    watch.abort();
  }
}

async function orNotStarted(program, ready, ended) {
  const timer = new AbortController();
  const tooLate = pause(startWithinMs, undefined, { signal: timer.signal }).catch(() => undefined);
  const failed = Promise.race([ended, tooLate]).then((outcome) => {
    throw new Problem(
      'desktop_not_started',
      `${program} did not start (${outcome?.message ?? outcome ?? 'no answer'}). Install it (\`node scripts/setup.mjs\` ` +
        'does so on Debian, as root), or run this in a desktop session.',
    );
  });
  try {
    return await Promise.race([ready, failed]);
  } finally {
    failed.catch(() => {});
    timer.abort();
  }
}

if (process.argv[1] === import.meta.filename) {
  const [command, ...args] = process.argv.slice(2);
  await runMain(() => withDesktop(process.env, (env) => foreground(command, args, { env })));
}
