import { describe, expect, it } from 'vitest';
import type { Info } from '../api/types';
import { loadingWords } from './info';

const model = (download: Info['model']['download']): Info['model'] => ({
  id: null,
  dimension: null,
  key: null,
  revision: null,
  variant: null,
  textModel: null,
  contextLength: null,
  imageWidth: null,
  imageHeight: null,
  usage: null,
  state: 'loading',
  reason: null,
  notice: null,
  progress: 0.2,
  download,
});

describe('a model that is not ready', () => {
  it('says how much of it is downloaded', () => {
    expect(loadingWords(model({ bytes: 120_400_000, total: 605_200_000 }))).toBe(
      'The model is being downloaded: 120 of 605 MB.',
    );
    expect(loadingWords(model({ bytes: 3_000_000, total: null }))).toBe(
      'The model is being downloaded: 3 MB.',
    );
  });

  it('is being loaded when nothing is downloaded', () => {
    expect(loadingWords(model(null))).toBe('The model is being loaded.');
    expect(loadingWords(undefined)).toBe('The model is being loaded.');
  });
});
