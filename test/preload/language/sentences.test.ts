/** Every message is said somewhere, and nothing is said that is in no catalogue. Read from the sources' syntax trees. */
import fs from 'node:fs';
import path from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import { en } from '../../../preload/language/en.ts';

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

const root = path.resolve(import.meta.dirname, '../../..');

/** Sources below a folder, as paths from the project's root. */
function sourcesOf(folder: string): string[] {
  return fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => path.join(folder, name));
}

function treeOf(file: string, text = fs.readFileSync(path.join(root, file), 'utf8')): Node {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  return program as unknown as Node;
}

/** Every node of a tree, with its parent. */
function* nodesOf(node: Node, parent: Node | null = null): Generator<[node: Node, parent: Node | null]> {
  yield [node, parent];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof child === 'object' && child !== null && 'type' in child) yield* nodesOf(child as Node, node);
    }
  }
}

/** A string as it stands, the fixed parts of a template, or null for any other node. */
function stringOf(node: Node): string | null {
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node.type === 'JSXText') return node['value'] as string;
  if (node.type !== 'TemplateLiteral') return null;
  return (node['quasis'] as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join('…');
}

const window_ = sourcesOf('renderer').map((file) => ({ file, tree: treeOf(file) }));
const main = sourcesOf('main').map((file) => ({ file, tree: treeOf(file) }));
const language = sourcesOf('preload/language')
  .filter((file) => !/\/(?:en|de)(?:\/|\.ts)/.test(file))
  .map((file) => ({ file, tree: treeOf(file) }));

/** The ids that a tree names: in full, by a topic alone, or as a property of `words('topic')`. */
function idsIn(trees: readonly Node[]): Set<string> {
  const topicOf = new Map<string, string>();
  for (const tree of trees) {
    for (const [node] of nodesOf(tree)) {
      const init = node['init'] as Node | undefined;
      if (node.type !== 'VariableDeclarator' || init?.type !== 'CallExpression') continue;
      const [topic] = init['arguments'] as Node[];
      if ((init['callee'] as Node)['name'] !== 'words' || topic === undefined) continue;
      topicOf.set((node['id'] as Node)['name'] as string, stringOf(topic) ?? '');
    }
  }
  const ids = new Set<string>();
  for (const tree of trees) {
    for (const [node] of nodesOf(tree)) {
      const text = stringOf(node);
      if (text !== null) ids.add(text.replace(/^(\w+)\.….*$/, '$1.*'));
      if (node.type !== 'MemberExpression') continue;
      const topic = topicOf.get((node['object'] as Node)['name'] as string);
      if (topic !== undefined) ids.add(`${topic}.${(node['property'] as Node)['name'] as string}`);
    }
  }
  return ids;
}

/** What a person reads or hears of an element. */
const spoken =
  /^(?:aria-(?:label|description|roledescription|valuetext)|title|placeholder|alt|label|text|textValue)$/;
/** Options of the system's windows, menus and notifications that are read. */
const shown =
  /^(?:title|message|label|sublabel|toolTip|tooltip|buttonLabel|buttons|body|subtitle|checkboxLabel)$/;
const aWord = /\p{L}{2}/u;
/** Our own name is the same everywhere, and a language is named in itself. */
const isName = (text: string): boolean => ['Tintype', 'English', 'Deutsch'].includes(text);

/** The words that an expression may come to by itself, whichever way it is decided. */
function wordsOf(node: Node | null): string[] {
  if (node === null) return [];
  const text = stringOf(node);
  if (text !== null) return aWord.test(text) && !isName(text.trim()) ? [text.trim()] : [];
  const parts = ['consequent', 'alternate', 'left', 'right', 'expression'].map((name) => node[name]);
  if (node.type === 'ArrayExpression') parts.push(...(node['elements'] as Node[]));
  const choices = ['ConditionalExpression', 'LogicalExpression', 'JSXExpressionContainer', 'ArrayExpression'];
  return choices.includes(node.type) ? parts.flatMap((part) => wordsOf((part ?? null) as Node | null)) : [];
}

/** Words that stand in a view itself. */
function wordsIn(tree: Node): string[] {
  return [...nodesOf(tree)].flatMap(([node]) => {
    if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
      return (node['children'] as Node[]).flatMap(wordsOf);
    }
    const read = node.type === 'JSXAttribute' && spoken.test((node['name'] as Node)['name'] as string);
    return read ? wordsOf(node['value'] as Node | null) : [];
  });
}

/** Sentences, or names of things, as strings of a module. */
function sentencesIn(tree: Node): string[] {
  const found: string[] = [];
  for (const [node, parent] of nodesOf(tree)) {
    if (parent?.type === 'ImportDeclaration' || parent?.type === 'TSLiteralType') continue;
    const text = stringOf(node);
    if (text !== null && !isName(text) && /^\p{Lu}\p{Ll}{2}|\p{L}\p{Ll}+ \p{Ll}{2}/u.test(text))
      found.push(text);
  }
  return found;
}

/** Words in what main hands to the system to be shown. */
function shownIn(tree: Node): string[] {
  return [...nodesOf(tree)].flatMap(([node]) => {
    if (node.type !== 'Property') return [];
    const key = (node['key'] as Node)['name'];
    return typeof key === 'string' && shown.test(key) ? wordsOf(node['value'] as Node) : [];
  });
}

/** Formats that a module makes for itself, where it cannot know the locale. */
function ownFormatsIn(tree: Node): string[] {
  return [...nodesOf(tree)].flatMap(([node]) => {
    if (node.type !== 'MemberExpression') return [];
    const [object, property] = [node['object'] as Node, node['property'] as Node].map((one) => one['name']);
    const own = object === 'Intl' || (typeof property === 'string' && /^toLocale\w*String$/.test(property));
    return own ? [`${String(object)}.${String(property)}`] : [];
  });
}

const offences = (
  sources: readonly { file: string; tree: Node }[],
  find: (tree: Node) => string[],
): string[] => sources.flatMap(({ file, tree }) => find(tree).map((text) => `${file}: ${text}`));

describe('the sources', () => {
  it('say every message of the catalogue', () => {
    const said = idsIn([...window_, ...main, ...language].map(({ tree }) => tree));
    const ids = Object.entries(en).flatMap(([topic, messages]) =>
      Object.keys(messages).map((key) => ({ topic, id: `${topic}.${key}` })),
    );
    expect(ids.length).toBeGreaterThan(200);
    expect(
      ids.filter(({ topic, id }) => !said.has(id) && !said.has(`${topic}.*`)).map(({ id }) => id),
    ).toEqual([]);
  });

  it('of the views hold no words', () => {
    expect(offences(window_, wordsIn)).toEqual([]);
  });

  it('of renderer/text hold no sentences', () => {
    const texts = window_.filter(({ file }) => file.startsWith(path.join('renderer', 'text')));
    expect(texts.length).toBeGreaterThan(5);
    expect(offences(texts, sentencesIn)).toEqual([]);
  });

  it('write numbers and times by the formats of the language alone', () => {
    expect(offences([...window_, ...main], ownFormatsIn)).toEqual([]);
  });

  it('of main show no words that are in no catalogue', () => {
    expect(offences(main, shownIn)).toEqual([]);
  });
});

describe('these tests see', () => {
  const parsed = (text: string): Node => treeOf('a.tsx', text);

  it('words in a view', () => {
    const tree = parsed(
      `const a = <p title="One" className="not">Two {b ? 'Three' : c ?? 'Four'} {\`Five \${d}\`} 6 {t.seven}</p>;`,
    );
    expect(wordsIn(tree)).toEqual(['Two', 'Three', 'Four', 'Five …', 'One']);
  });

  it('sentences in a module, and not its imports', () => {
    expect(
      sentencesIn(
        parsed(`import a from './Some where'; const b = { c: 'Wait', d: 'e f', g: \`so \${h} many\` };`),
      ),
    ).toEqual(['Wait']);
    expect(sentencesIn(parsed(`const a = ['no photo', 'wait.offline', 'exif-original'];`))).toEqual([
      'no photo',
    ]);
  });

  it('ids in full, by topic and by property', () => {
    const tree = parsed(
      `const q = words('queue'); q.pause; say('row.done', 1); say(\`wait.\${r}\`); p.none;`,
    );
    expect(idsIn([tree])).toEqual(new Set(['queue', 'queue.pause', 'row.done', 'wait.*']));
  });

  it('formats of its own', () => {
    expect(ownFormatsIn(parsed(`new Intl.NumberFormat('en'); date.toLocaleTimeString(); a.b();`))).toEqual([
      'Intl.NumberFormat',
      'date.toLocaleTimeString',
    ]);
  });

  it('what main shows', () => {
    expect(
      shownIn(parsed(`f({ title: say('dialog.a'), label: b ? 'Quit now' : 'Tintype', name: 'No' })`)),
    ).toEqual(['Quit now']);
  });
});
