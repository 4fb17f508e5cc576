/** The file types that a photographer's folder holds: what each is called on the wire and in a key. */

export type Kind = 'photo' | 'video' | 'other';

export interface FileType {
  kind: Kind;
  contentType: string;
  /** Lower case, no dot. */
  extension: string;
}

const photo = (contentType: string, extension: string): FileType => ({
  kind: 'photo',
  contentType,
  extension,
});
const video = (contentType: string, extension: string): FileType => ({
  kind: 'video',
  contentType,
  extension,
});

export const fileTypes = {
  jpeg: photo('image/jpeg', 'jpg'),
  png: photo('image/png', 'png'),
  gif: photo('image/gif', 'gif'),
  webp: photo('image/webp', 'webp'),
  tiff: photo('image/tiff', 'tif'),
  bmp: photo('image/bmp', 'bmp'),
  heic: photo('image/heic', 'heic'),
  heif: photo('image/heif', 'heif'),
  avif: photo('image/avif', 'avif'),
  jxl: photo('image/jxl', 'jxl'),
  jp2: photo('image/jp2', 'jp2'),
  j2c: photo('image/j2c', 'j2c'),
  jxr: photo('image/jxr', 'jxr'),
  psd: photo('image/vnd.adobe.photoshop', 'psd'),
  cr2: photo('image/x-canon-cr2', 'cr2'),
  cr3: photo('image/x-canon-cr3', 'cr3'),
  crw: photo('image/x-canon-crw', 'crw'),
  nef: photo('image/x-nikon-nef', 'nef'),
  nrw: photo('image/x-nikon-nrw', 'nrw'),
  arw: photo('image/x-sony-arw', 'arw'),
  sr2: photo('image/x-sony-sr2', 'sr2'),
  srf: photo('image/x-sony-srf', 'srf'),
  dng: photo('image/x-adobe-dng', 'dng'),
  gpr: photo('image/x-gopro-gpr', 'gpr'),
  raf: photo('image/x-fuji-raf', 'raf'),
  orf: photo('image/x-olympus-orf', 'orf'),
  rw2: photo('image/x-panasonic-rw2', 'rw2'),
  rwl: photo('image/x-leica-rwl', 'rwl'),
  pef: photo('image/x-pentax-pef', 'pef'),
  srw: photo('image/x-samsung-srw', 'srw'),
  x3f: photo('image/x-sigma-x3f', 'x3f'),
  mrw: photo('image/x-minolta-mrw', 'mrw'),
  '3fr': photo('image/x-hasselblad-3fr', '3fr'),
  fff: photo('image/x-hasselblad-fff', 'fff'),
  iiq: photo('image/x-phaseone-iiq', 'iiq'),
  erf: photo('image/x-epson-erf', 'erf'),
  kdc: photo('image/x-kodak-kdc', 'kdc'),
  dcr: photo('image/x-kodak-dcr', 'dcr'),
  mos: photo('image/x-leaf-mos', 'mos'),
  mp4: video('video/mp4', 'mp4'),
  mov: video('video/quicktime', 'mov'),
  m4v: video('video/x-m4v', 'm4v'),
  '3gp': video('video/3gpp', '3gp'),
  '3g2': video('video/3gpp2', '3g2'),
  avi: video('video/x-msvideo', 'avi'),
  mkv: video('video/x-matroska', 'mkv'),
  webm: video('video/webm', 'webm'),
  mts: video('video/mp2t', 'mts'),
  mpg: video('video/mpeg', 'mpg'),
  wmv: video('video/x-ms-wmv', 'wmv'),
  flv: video('video/x-flv', 'flv'),
} satisfies Record<string, FileType>;

/** Other names under which the same types go about. */
const aliases: Record<string, FileType> = {
  jpg: fileTypes.jpeg,
  jpe: fileTypes.jpeg,
  jfif: fileTypes.jpeg,
  mpo: fileTypes.jpeg,
  insp: fileTypes.jpeg,
  tif: fileTypes.tiff,
  hif: fileTypes.heif,
  jpf: fileTypes.jp2,
  jpx: fileTypes.jp2,
  hdp: fileTypes.jxr,
  wdp: fileTypes.jxr,
  psb: fileTypes.psd,
  qt: fileTypes.mov,
  insv: fileTypes.mp4,
  m2ts: fileTypes.mts,
  mpeg: fileTypes.mpg,
};

/** What a file of this extension (lower case, no dot) says to be; null when it names no photo or video. */
export function typeOfExtension(extension: string): FileType | null {
  if (Object.hasOwn(aliases, extension)) return aliases[extension] ?? null;
  return Object.hasOwn(fileTypes, extension) ? fileTypes[extension as keyof typeof fileTypes] : null;
}

/** Camera files that are TIFF inside and look like it from outside: only their names tell them apart. */
export const tiffBased: ReadonlySet<FileType> = new Set([
  fileTypes.nef,
  fileTypes.nrw,
  fileTypes.arw,
  fileTypes.sr2,
  fileTypes.srf,
  fileTypes.dng,
  fileTypes.gpr,
  fileTypes.rwl,
  fileTypes.pef,
  fileTypes.srw,
  fileTypes['3fr'],
  fileTypes.fff,
  fileTypes.iiq,
  fileTypes.erf,
  fileTypes.kdc,
  fileTypes.dcr,
  fileTypes.mos,
  fileTypes.cr2,
]);
