/** Whether an ISO base media file (HEIC, AVIF, CR3, MP4, MOV) is whole: its boxes, end to end. */
import type { FileBytes } from './file-bytes.ts';
import type { Structure } from './structure.ts';

const maxBoxes = 100_000;

/** @param required at least one of these boxes has to be there: without it nothing can be played or shown. */
export function checkIsoMedia(bytes: FileBytes, required: readonly string[]): Structure {
  let complete = false;
  let offset = 0;
  for (let count = 0; count < maxBoxes && offset < bytes.size; count++) {
    const box = readBox(bytes, offset);
    // Some cameras fill the rest of the file up, some programs append to it: of no matter once all is there.
    if (box === null) return { damaged: complete ? null : 'structure' };
    if (offset + box.size > bytes.size) return { damaged: 'truncated' };
    // A fragmented film, as it is when the camera died, has its index in pieces.
    complete ||= required.includes(box.type) || (box.type === 'moof' && required.includes('moov'));
    offset += box.size;
  }
  return { damaged: complete ? null : 'truncated' };
}

function readBox(bytes: FileBytes, offset: number): { type: string; size: number } | null {
  const head = bytes.read(offset, 16);
  if (head.length < 8) return null;
  const type = head.toString('latin1', 4, 8);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return null;
  let size = head.readUInt32BE(0);
  if (size === 0) size = bytes.size - offset; // to the end of the file
  if (size === 1) size = head.length < 16 ? 0 : Number(head.readBigUInt64BE(8));
  return size < 8 ? null : { type, size };
}
