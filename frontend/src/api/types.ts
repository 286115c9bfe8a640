import type { paths } from './schema';

type Json<R> = R extends { content: { 'application/json': infer T } } ? T : never;

export type Info = Json<paths['/info']['get']['responses'][200]>;
export type SearchRequest = paths['/search']['post']['requestBody']['content']['application/json'];
export type SearchResponse = Json<paths['/search']['post']['responses'][200]>;
export type Hit = SearchResponse['hits'][number];
export type Dataset = Json<paths['/datasets/{name}']['get']['responses'][200]>;
export type Picture = Json<paths['/datasets/{name}/images/{id}']['get']['responses'][200]>;
export type UploadItem = Json<paths['/datasets/{name}/images']['post']['responses'][200]>['items'][number];
export type Session = Json<paths['/sessions/{id}']['get']['responses'][200]>;
export type SessionCreated = Json<paths['/sessions']['post']['responses'][201]>;
export type LabelResponse = Json<paths['/sessions/{id}/label']['post']['responses'][200]>;
export type LabelItem = Json<paths['/sessions/{id}/labels']['get']['responses'][200]>['items'][number];
export type Round = Json<paths['/sessions/{id}/rounds']['get']['responses'][200]>['items'][number];
export type Results = Json<paths['/sessions/{id}/results']['get']['responses'][200]>;
export type LearnedFrom = LabelResponse['learnedFrom'];
