import type { paths } from './schema';

/** Fields that the server always sends, whatever the document says about optional ones. */
type Full<T> = T extends (infer E)[]
  ? Full<E>[]
  : T extends object
    ? { [K in keyof T]-?: Full<Exclude<T[K], undefined>> }
    : T;

type Json<R> = R extends { content: { 'application/json': infer T } } ? T : never;

export type Info = Full<Json<paths['/info']['get']['responses'][200]>>;
export type SearchRequest = paths['/search']['post']['requestBody']['content']['application/json'];
export type SearchResponse = Full<Json<paths['/search']['post']['responses'][200]>>;
export type Hit = SearchResponse['hits'][number];
export type Dataset = Full<Json<paths['/datasets/{name}']['get']['responses'][200]>>;
export type Picture = Full<Json<paths['/datasets/{name}/images/{id}']['get']['responses'][200]>>;
export type UploadItem = Full<
  Json<paths['/datasets/{name}/images']['post']['responses'][200]>
>['items'][number];
export type Session = Full<Json<paths['/sessions/{id}']['get']['responses'][200]>>;
export type SessionCreated = Full<Json<paths['/sessions']['post']['responses'][201]>>;
export type LabelResponse = Full<Json<paths['/sessions/{id}/label']['post']['responses'][200]>>;
export type LabelItem = Full<Json<paths['/sessions/{id}/labels']['get']['responses'][200]>>['items'][number];
export type Results = Full<Json<paths['/sessions/{id}/results']['get']['responses'][200]>>;
export type LearnedFrom = LabelResponse['learnedFrom'];
