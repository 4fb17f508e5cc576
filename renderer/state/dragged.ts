/** What is dragged over the window, as far as the browser tells before it is dropped: how many, and types by extension. */

export interface Dragged {
  items: number;
  photos: number;
  videos: number;
  /** Files that are known to be something else. */
  strangers: number;
}

/** As much of a DataTransfer as is looked at. */
export interface DragSource {
  readonly types: readonly string[];
  readonly items: ArrayLike<{ readonly kind: string; readonly type: string }>;
}

/** Looked at one by one, on the way over the window; of more only the number is told. */
const mostLookedAt = 2_000;

/** Null when it is no files: a text, a link, a picture of a page. */
export function draggedOf({ types, items }: DragSource): Dragged | null {
  if (!types.includes('Files')) return null;
  const dragged: Dragged = { items: items.length, photos: 0, videos: 0, strangers: 0 };
  if (items.length > mostLookedAt) return dragged;
  dragged.items = 0;
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    // The files' addresses may lie beside them as text.
    if (item?.kind !== 'file') continue;
    dragged.items += 1;
    if (item.type.startsWith('image/')) dragged.photos += 1;
    else if (item.type.startsWith('video/')) dragged.videos += 1;
    // Folders have no type, and neither have files whose extension the system does not know.
    else if (item.type !== '' && item.type !== 'application/octet-stream') dragged.strangers += 1;
  }
  return dragged;
}
