#!/usr/bin/env node
// Stands in for fpm where that cannot be downloaded: builds a Debian package with dpkg-deb from the arguments
// that electron-builder gives to fpm. Anything else than what it gives for a .deb is refused.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Options with a value, and what we call them. */
const valued = {
  '-s': 'source',
  '-t': 'type',
  '-d': 'depends',
  '--name': 'name',
  '--package': 'output',
  '--version': 'version',
  '--iteration': 'iteration',
  '--architecture': 'architecture',
  '--maintainer': 'maintainer',
  '--vendor': 'vendor',
  '--url': 'homepage',
  '--license': 'license',
  '--category': 'section',
  '--description': 'description',
  '--deb-priority': 'priority',
  '--deb-compression': 'compression',
  '--deb-recommends': 'recommends',
  '--after-install': 'postinst',
  '--after-remove': 'postrm',
  '--log': 'log',
};
const several = ['depends', 'recommends'];
const flags = ['--force', '--debug'];

/** Reads fpm's arguments: `{ …options, contents: [{ from, to }] }`. */
function parse(args) {
  const parsed = { depends: [], recommends: [], contents: [] };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    const name = valued[arg];
    if (name && several.includes(name)) parsed[name].push(args[++i]);
    else if (name) parsed[name] = args[++i];
    else if (flags.includes(arg)) continue;
    else if (arg.startsWith('-')) throw new Error(`fpm: the option ${arg} is not known here`);
    else {
      const equals = arg.lastIndexOf('=');
      parsed.contents.push({ from: arg.slice(0, equals), to: arg.slice(equals + 1) });
    }
  }
  if (parsed.source !== 'dir' || parsed.type !== 'deb') {
    throw new Error(
      `fpm: only a directory can be made into a deb here, not ${parsed.source} into ${parsed.type}`,
    );
  }
  return parsed;
}

/** Copies what is to be installed; a source that ends in a slash is the content of a folder. */
function stage(contents, root) {
  for (const { from, to } of contents) {
    const target = path.join(root, to);
    if (from.endsWith('/')) fs.cpSync(from, target, { recursive: true, verbatimSymlinks: true });
    else {
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.copyFileSync(from, target);
      fs.chmodSync(target, 0o644);
    }
  }
}

/** Everybody may read, only root may write, and what may be executed stays so. Returns all files. */
function tidy(folder, files = []) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) tidy(full, files);
    else if (entry.isFile()) {
      fs.chmodSync(full, fs.statSync(full).mode & 0o111 ? 0o755 : 0o644);
      files.push(full);
    }
  }
  fs.chmodSync(folder, 0o755);
  return files;
}

function controlFile(options, files) {
  const [synopsis = options.name, ...rest] = options.description
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const bytes = files.reduce((sum, file) => sum + fs.statSync(file).size, 0);
  const fields = {
    Package: options.name,
    Version: options.iteration ? `${options.version}-${options.iteration}` : options.version,
    License: options.license,
    Vendor: options.vendor,
    Architecture: options.architecture,
    Maintainer: options.maintainer,
    'Installed-Size': Math.ceil(bytes / 1024),
    Depends: options.depends.join(', '),
    Recommends: options.recommends.join(', '),
    Section: options.section,
    Priority: options.priority,
    Homepage: options.homepage,
    Description: [synopsis, ...rest.map((line) => ` ${line}`)].join('\n'),
  };
  const present = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
  return `${present.map(([field, value]) => `${field}: ${value}`).join('\n')}\n`;
}

function checksums(files, root) {
  const line = (file) => {
    const md5 = createHash('md5').update(fs.readFileSync(file)).digest('hex');
    return `${md5}  ${path.relative(root, file)}\n`;
  };
  return files.sort().map(line).join('');
}

function build(options) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tintype-deb-'));
  try {
    stage(options.contents, root);
    const files = tidy(root);
    const control = path.join(root, 'DEBIAN');
    fs.mkdirSync(control);
    fs.writeFileSync(path.join(control, 'control'), controlFile(options, files));
    fs.writeFileSync(path.join(control, 'md5sums'), checksums(files, root));
    for (const script of ['postinst', 'postrm']) {
      if (!options[script]) continue;
      fs.copyFileSync(options[script], path.join(control, script));
      fs.chmodSync(path.join(control, script), 0o755);
    }
    const compression = { gz: 'gzip', zst: 'zstd' }[options.compression] ?? options.compression ?? 'xz';
    execFileSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', root, options.output], {
      stdio: 'inherit',
    });
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

build(parse(process.argv.slice(2)));
