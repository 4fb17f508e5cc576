import { describe, expect, it } from 'vitest';
import { childText, readXml, writeXml } from '../../../sandbox/store/xml.ts';

describe('writeXml and readXml', () => {
  it('bring back any text, elements that repeat, and nothing for undefined', () => {
    const key = 'a <b> & "c" \r\n\t é 😀 ]]>';
    const text = writeXml(
      'List',
      { Item: [{ Key: key }, { Key: '  1.0 ' }], Left: undefined, N: 3 },
      'urn:x',
    );
    const root = readXml(text, 'List');
    expect(root.children.get('Item')?.map((item) => childText(item, 'Key'))).toEqual([key, '  1.0 ']);
    expect(childText(root, 'N')).toBe('3');
    expect(root.children.has('Left')).toBe(false);
  });

  it('reads names with a prefix, as some clients write them', () => {
    expect(childText(readXml('<s:A xmlns:s="urn:x"><s:B>1</s:B></s:A>', 'A'), 'B')).toBe('1');
  });

  it.each(['', 'no', '<A>', '<A></B>', '<B></B>', '<A><B></A></B>'])('refuses %j', (text) => {
    expect(() => readXml(text, 'A')).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  });
});
