/**
 * What somebody wants of Tintype by its command line: `tintype [--hidden] [--config FILE] [file | folder | link]…`.
 *
 * [Note: Strangers start programs] Web pages can have links opened, other programs can start us with whatever they like.
 * So an argument can do no more than a person could with one gesture that is undone as easily: add files to the queue
 * that the person sees, or show a part of the window.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkScheme } from './deep-link.ts';

export interface Arguments {
  /** Absolute; whether there is anything is another matter. */
  files: string[];
  /** The last one of our scheme, not yet looked into. */
  link: string | null;
  /** Start without a window, as at login. */
  hidden: boolean;
  /** The file after `--config`. */
  config: string | null;
}

/** As many paths as one call takes. */
const maxFiles = 100_000;

/**
 * @param argv without the program and what belongs to it: see {@link ownArguments}.
 * @param workingDirectory of whoever started it, by which relative paths go.
 */
export function parseArguments(argv: readonly string[], workingDirectory: string): Arguments {
  const parsed: Arguments = { files: [], link: null, hidden: false, config: null };
  let literal = false;
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (argument === '') continue;
    if (literal) parsed.files.push(path.resolve(workingDirectory, argument));
    else if (argument === '--') literal = true;
    else if (argument === '--hidden') parsed.hidden = true;
    else if (argument === '--config') parsed.config = argv[++index] ?? null;
    // Chromium has hundreds, and adds some of its own.
    else if (argument.startsWith('-')) continue;
    else if (isOfScheme(argument, linkScheme)) parsed.link = argument;
    else if (isOfScheme(argument, 'file')) parsed.files.push(...ofFileUrl(argument));
    else parsed.files.push(path.resolve(workingDirectory, argument));
  }
  // The system ends strings there, and so knows no such path.
  parsed.files = parsed.files.filter((file) => !file.includes('\0')).slice(0, maxFiles);
  return parsed;
}

/**
 * The command line that asks for the same anew.
 *
 * @param argv of the process that is to be followed: Chromium's switches are taken over from it.
 */
export function argumentsFor({ files, link, hidden, config }: Arguments, argv: readonly string[]): string[] {
  const before = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined);
  return [
    ...before.filter((argument) => argument.startsWith('-') && !['--hidden', '--config'].includes(argument)),
    ...(hidden ? ['--hidden'] : []),
    ...(config === null ? [] : ['--config', config]),
    ...(link === null ? [] : [link]),
    '--',
    ...files,
  ];
}

/**
 * Leaves out the program itself, and where Electron was started with the path of an app, that and what is before it.
 *
 * @param appPath null for a packaged app.
 */
export function ownArguments(argv: readonly string[], appPath: string | null): string[] {
  const rest = argv.slice(1);
  if (appPath === null) return rest;
  return rest.slice(rest.findIndex((argument) => path.resolve(argument) === path.resolve(appPath)) + 1);
}

function isOfScheme(argument: string, scheme: string): boolean {
  return argument.slice(0, scheme.length + 1).toLowerCase() === `${scheme}:`;
}

/** File managers on Linux hand over addresses. One of another computer's file is none of ours. */
function ofFileUrl(address: string): string[] {
  try {
    return new URL(address).host === '' ? [fileURLToPath(address)] : [];
  } catch {
    return [];
  }
}
