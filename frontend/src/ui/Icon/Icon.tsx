/** 20 × 20, drawn with strokes in the colour of the text. */
const shapes = {
  check: 'M4.5 10.5 8.3 14.3 15.5 6',
  cross: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  search: 'M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM13 13l4 4',
  picture: 'M4 4.5h12v11H4zM4 13l3.5-3.5 3 3 2-2L16 14M12.7 7.6h.01',
  similar:
    'M3.5 5.5a2 2 0 0 1 2-2h5a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-5a2 2 0 0 1-2-2ZM8 15.5a2 2 0 0 0 1.5 1h5a2 2 0 0 0 2-2v-5a2 2 0 0 0-1-1.7',
  expand: 'M11.5 4h4.5v4.5M8.5 16H4v-4.5M16 4l-5 5M4 16l5-5',
  undo: 'M7.5 5 4 8.5 7.5 12M4 8.5h7.5a4 4 0 0 1 0 8H8',
  redo: 'M12.5 5 16 8.5 12.5 12M16 8.5H8.5a4 4 0 0 0 0 8H12',
  moon: 'M15.5 11.8A6 6 0 0 1 8.2 4.5a6 6 0 1 0 7.3 7.3Z',
  sun: 'M10 6.8a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4ZM10 2.5v1.3M10 16.2v1.3M2.5 10h1.3M16.2 10h1.3M4.7 4.7l.9.9M14.4 14.4l.9.9M15.3 4.7l-.9.9M5.6 14.4l-.9.9',
  pencil: 'M4 16l.7-3.2L13.2 4.300l2.500 2.500-8.500 8.500Z',
  bin: 'M4.500 6h11M8 6V4h4v2M6 6l.6 10h6.800L14 6',
  down: 'M5.500 8l4.500 4.500L14.500 8',
  upload: 'M10 13V4M6.500 7.500 10 4l3.500 3.500M4 13v3h12v-3',
  download: 'M10 4v9M6.500 9.500 10 13l3.500-3.500M4 13v3h12v-3',
  plus: 'M10 4.500v11M4.500 10h11',
  minus: 'M4.500 10h11',
  list: 'M4 5.500h12M4 10h12M4 14.500h8',
  chart: 'M4 15.500l4-5 3 2.500 5-7',
  arrow: 'M4 10h12M11.500 5.500 16 10l-4.500 4.500',
  back: 'M16 10H4M8.500 5.500 4 10l4.500 4.500',
  cloud: 'M3 3l14 14M6 8a4 4 0 0 0 .5 8H14M9 5.200a5 5 0 0 1 6 4.800 3 3 0 0 1 2 4.500',
  keyboard: 'M3 6h14v8.500H3zM6 9h.01M9 9h.01M12 9h.01M14.500 9h.01M7 12h6',
  box: 'M4 6.500 10 3.500l6 3v7l-6 3-6-3ZM4 6.500l6 3 6-3M10 9.500v7',
} as const;

export type IconName = keyof typeof shapes;

export const Icon = ({ name, size = 18 }: { name: IconName; size?: number }) => (
  <svg className="icon" viewBox="0 0 20 20" width={size} height={size} aria-hidden="true" focusable="false">
    <path d={shapes[name]} />
  </svg>
);
