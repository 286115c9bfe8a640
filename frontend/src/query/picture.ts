import { Problem } from '../api/problem';

/** Sent as it is up to this size; larger ones are made smaller first, as the model sees a few hundred pixels anyway. */
const asIsBytes = 2_000_000;
const longestSide = 1024;

export async function toBase64(file: Blob): Promise<string> {
  const blob = file.size <= asIsBytes ? file : await smaller(file);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

async function smaller(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Problem(415, 'This file is not a picture that the browser can read');
  });
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.max(1, bitmap.width * scale), Math.max(1, bitmap.height * scale));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/png' });
}

const signatures: [prefix: string, type: string][] = [
  ['iVBOR', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lG', 'image/gif'],
  ['UklG', 'image/webp'],
];

/** For the small picture in a chip. */
export const dataUrl = (base64: string): string =>
  `data:${signatures.find(([prefix]) => base64.startsWith(prefix))?.[1] ?? 'image/png'};base64,${base64}`;

/** The first picture among dropped or pasted things. */
export const pictureIn = (data: DataTransfer | null): File | null =>
  [...(data?.files ?? [])].find((file) => file.type === '' || file.type.startsWith('image/')) ?? null;
