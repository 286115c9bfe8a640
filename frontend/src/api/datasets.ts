import { client, read } from './client';
import type { Dataset, Picture, UploadItem } from './types';

export const listDatasets = async (): Promise<Dataset[]> =>
  (await read(client.GET('/datasets', { params: { query: { limit: 1000 } } }))).items;

export const getDataset = (name: string): Promise<Dataset> =>
  read(client.GET('/datasets/{name}', { params: { path: { name } } }));

export const createDataset = (name: string): Promise<Dataset> =>
  read(client.POST('/datasets', { body: { name } }));

export interface PicturePage {
  items: Picture[];
  total: number;
}

export const browse = (
  name: string,
  query: { offset: number; limit: number },
  signal?: AbortSignal,
): Promise<PicturePage> =>
  read(client.GET('/datasets/{name}/images', { params: { path: { name }, query }, signal: signal ?? null }));

export const getPicture = (name: string, id: string, signal?: AbortSignal): Promise<Picture> =>
  read(
    client.GET('/datasets/{name}/images/{id}', { params: { path: { name, id } }, signal: signal ?? null }),
  );

export async function upload(name: string, files: File[]): Promise<UploadItem[]> {
  const form = new FormData();
  for (const file of files) form.append('file', file, file.name);
  const answer = await read(
    client.POST('/datasets/{name}/images', {
      params: { path: { name } },
      body: form as never,
      bodySerializer: (body) => body as unknown as FormData,
    }),
  );
  return answer.items;
}

const picturePath = (name: string, id: string): string =>
  `/datasets/${encodeURIComponent(name)}/images/${encodeURIComponent(id)}`;

export const thumbnailUrl = (name: string, id: string): string => `${picturePath(name, id)}/thumbnail`;

export const fileUrl = (name: string, id: string): string => `${picturePath(name, id)}/file`;
