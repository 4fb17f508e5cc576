/** XML in and out: replies are written from plain values, requests are read into them. */
import { XMLParser } from 'fast-xml-parser';
import { s3Error } from './errors.ts';

/** A value as an element's content: arrays repeat the element, undefined leaves it out. */
export type XmlValue =
  string | number | boolean | undefined | readonly XmlValue[] | { readonly [name: string]: XmlValue };

export const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Writes one document. */
export function writeXml(root: string, value: XmlValue, namespace?: string): string {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${content(value)}</${root}>`;
}

function content(value: XmlValue): string {
  if (value === undefined) return '';
  if (typeof value !== 'object') return escapeXml(String(value));
  return Object.entries(value)
    .map(([name, child]) => element(name, child))
    .join('');
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one: XmlValue) => element(name, one)).join('');
  return `<${name}>${content(value)}</${name}>`;
}

function escapeXml(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // oxlint-disable-next-line no-control-regex -- XML readers turn a bare CR into LF, so it travels as a reference
      .replaceAll(/[\u0000-\u001f]/g, (c) => `&#${c.charCodeAt(0)};`)
  );
}

/** What a request's XML holds: text, or elements by name, each a list because any may repeat. */
export type XmlNode = { readonly text: string; readonly children: ReadonlyMap<string, readonly XmlNode[]> };

/**
 * Reads one document and returns its root element.
 * @throws MalformedXML when it is not well-formed or its root is not `root`.
 */
export function readXml(text: string, root: string): XmlNode {
  const parser = new XMLParser({
    preserveOrder: true,
    parseTagValue: false,
    trimValues: false,
    ignoreDeclaration: true,
    removeNSPrefix: true,
    // Numeric references, such as the &#13; that writers put for a carriage return.
    htmlEntities: true,
  });
  let parsed: unknown;
  try {
    parsed = parser.parse(text, true);
  } catch {
    throw s3Error('MalformedXML');
  }
  const node = toNode(parsed).children.get(root)?.[0];
  if (node === undefined) throw s3Error('MalformedXML', `The document must have the root element ${root}.`);
  return node;
}

function toNode(parsed: unknown): XmlNode {
  const children = new Map<string, XmlNode[]>();
  let text = '';
  for (const entry of Array.isArray(parsed) ? (parsed as Record<string, unknown>[]) : []) {
    for (const [name, value] of Object.entries(entry)) {
      if (name === ':@') continue;
      if (name === '#text') text += String(value);
      else children.set(name, [...(children.get(name) ?? []), toNode(value)]);
    }
  }
  return { text, children };
}

/** The text of the first child called `name`, undefined when there is none. */
export function childText(node: XmlNode, name: string): string | undefined {
  return node.children.get(name)?.[0]?.text;
}
