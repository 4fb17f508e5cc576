import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { besides, digest, makeFolderWhole, readJson } from '../lib/files.mjs';
import { cacheFolder, inTree } from '../lib/places.mjs';
import { Problem } from '../lib/problem.mjs';
import { attempt, run } from '../lib/run.mjs';
import { electronExecutable, electronIdentity } from './electron-runtime.mjs';
import { report } from './report.mjs';
import { setStamp, stamp } from './stamp.mjs';

/**
 * The native modules, and what to do where the binary that a package brings does not suit.
 * `trial` is a program that fails, or dies, when the module does not work.
 */
const modules = [
  {
    name: 'better-sqlite3',
    file: 'better_sqlite3.node',
    trial: "new (require('better-sqlite3'))(':memory:').prepare('select 1').get()",
    // Its own binaries want Node-API 10 and take the process down without a word where there is less.
    needsNodeApi: 10,
    gypArguments: ['--force_build=1'],
    compilerFlags: '-UNAPI_VERSION -DNAPI_EXPERIMENTAL -DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT',
  },
  {
    name: 'keytar',
    file: 'keytar.node',
    trial: "require('keytar')",
    needsNodeApi: 3,
    gypArguments: [],
    compilerFlags: '',
  },
  {
    name: 'sharp',
    // In Electron on Linux the app takes the WebAssembly build: see main/media/sharp-build.ts.
    trial: `process.versions.electron && process.platform === 'linux'
      ? require('@img/sharp-wasm32/sharp.node') : require('sharp').versions.vips.length`,
    needsNodeApi: 9,
  },
];

const inPackage = ({ name }, ...parts) => inTree('node_modules', name, ...parts);
const builtFile = (module) => inPackage(module, 'build', 'Release', module.file);

/** What the modules have to suit: this Node, this Electron, these packages as they lie there. */
function situation() {
  const present = modules.map((module) => [
    readJson(inPackage(module, 'package.json'))?.version,
    module.file !== undefined && fs.existsSync(builtFile(module)),
  ]);
  return digest(modules, present, process.version, process.arch, electronIdentity() ?? '');
}

/** Set-up step: better-sqlite3, keytar and sharp load in this Node and in Electron. */
export const nativeModules = {
  needed() {
    return stamp('nativeModules') === situation() ? undefined : 'the native modules have not been tried yet';
  },

  async put() {
    const runtimes = [
      { name: `Node ${process.versions.node}`, executable: process.execPath, env: process.env },
      {
        name: 'Electron',
        executable: electronExecutable(),
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      },
    ];
    for (const runtime of runtimes) runtime.nodeApi = await nodeApiOf(runtime);
    for (const module of modules) await suit(module, runtimes);
    setStamp('nativeModules', situation());
    report('better-sqlite3, keytar and sharp work in Node and in Electron.');
  },
};

async function nodeApiOf({ executable, env }) {
  return Number(await run(executable, ['-p', 'process.versions.napi'], { env }));
}

/** Makes one module work in every runtime, by building it where its own binary does not. */
async function suit(module, runtimes) {
  const tooOld = runtimes.find(({ nodeApi }) => nodeApi < module.needsNodeApi);
  const failed = tooOld ? undefined : await failureOf(module, runtimes);
  if (!tooOld && !failed) return;
  if (!module.file) throw doesNotLoad(module, failed);
  const why = tooOld
    ? `its own binary wants Node-API ${module.needsNodeApi}, ${tooOld.name} has ${tooOld.nodeApi}`
    : 'its own binary does not load';
  installBuild(module, await build(module, why));
  const still = await failureOf(module, runtimes);
  if (still) throw doesNotLoad(module, still);
}

const doesNotLoad = (module, failure) =>
  new Problem(
    'native_module_unusable',
    `${module.name} does not load. ${failure}\n` +
      'If it names a library (….so), install the package that has it; else delete node_modules and run this again.',
  );

async function failureOf(module, runtimes) {
  for (const { name, executable, env } of runtimes) {
    const { code, signal, output } = await attempt(executable, ['-e', module.trial], { env });
    if (code !== 0) return `In ${name} it ended with ${signal ?? code}:\n${output.trim()}`;
  }
  return undefined;
}

/** Builds a module from its sources, unless the cache has it; resolves to the binary in the cache. */
async function build(module, why) {
  const source = inPackage(module);
  const compiler = await run(process.env.CXX ?? 'c++', ['-dumpfullversion']).catch((error) => {
    if (error.code === 'interrupted') throw error;
    throw new Problem(
      'compiler_missing',
      `${module.name} has to be built here (${why}), and there is no C++ compiler. Install a compiler, make ` +
        'and python3 (on Debian: apt-get install g++ make python3), and run this again.',
      { cause: error },
    );
  });
  const { version } = readJson(path.join(source, 'package.json'));
  const key = digest(
    version,
    module.gypArguments,
    module.compilerFlags,
    process.versions.modules,
    compiler,
    process.platform,
    process.arch,
  ).slice(0, 16);
  const folder = path.join(cacheFolder(), `${module.name}-${version}-${key}`);
  const binary = path.join(folder, module.file);
  if (fs.existsSync(binary)) {
    report(`${module.name} ${version}: ${why}; taking the one that was built here before.`);
    return binary;
  }
  report(`${module.name} ${version}: ${why}; building it from source (about a minute, kept in the cache).`);
  await makeFolderWhole(folder, async (work) => {
    // Built on a copy, so that an interrupted build leaves nothing behind that would be loaded.
    const copy = path.join(work, 'node_modules', module.name);
    fs.cpSync(source, copy, { recursive: true, filter: (from) => path.basename(from) !== 'prebuilds' });
    const addonApi = inTree('node_modules', 'node-addon-api');
    if (fs.existsSync(addonApi)) fs.symlinkSync(addonApi, path.join(work, 'node_modules', 'node-addon-api'));
    const gyp = createRequire(inTree('package.json')).resolve('node-gyp/bin/node-gyp.js');
    await run(process.execPath, [gyp, 'rebuild', '--release', ...headers(), ...module.gypArguments], {
      cwd: copy,
      env: { ...process.env, CXXFLAGS: `${process.env.CXXFLAGS ?? ''} ${module.compilerFlags}`.trim() },
    });
    const built = path.join(copy, 'build', 'Release', module.file);
    if (process.platform === 'linux') await run('strip', ['--strip-unneeded', built]);
    fs.renameSync(built, path.join(work, module.file));
    fs.rmSync(path.join(work, 'node_modules'), { recursive: true });
  });
  return binary;
}

/** Where the headers lie beside Node, node-gyp need not download them. */
function headers() {
  const prefix = path.dirname(path.dirname(process.execPath));
  const beside = fs.existsSync(path.join(prefix, 'include', 'node', 'node_api.h'));
  return beside ? [`--nodedir=${prefix}`] : [];
}

function installBuild(module, binary) {
  const target = builtFile(module);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const temporary = besides(target);
  fs.copyFileSync(binary, temporary);
  fs.renameSync(temporary, target);
}
