import type { PageScore } from '../rounds';

const width = 250;
const height = 96;
const left = 10;
const top = 12;
const bottom = 24;
/** More pages than fit: the newest are shown. */
const most = 12;

interface Point {
  page: number;
  share: number;
  right: number;
  marked: number;
}

export function pointsOf(pages: readonly PageScore[]): Point[] {
  return pages
    .map(({ right, wrong }, at) => ({
      page: at + 1,
      right,
      marked: right + wrong,
      share: right / (right + wrong),
    }))
    .filter(({ marked }) => marked > 0)
    .slice(-most);
}

export function PageChart({ pages }: { pages: readonly PageScore[] }) {
  const points = pointsOf(pages);
  const x = (at: number) =>
    points.length === 1 ? width / 2 : left + (at * (width - 2 * left)) / (points.length - 1);
  const y = (share: number) => top + (1 - share) * (height - top - bottom);
  const words = points.map(({ page, right, marked }) => `page ${page}: ${right} of ${marked}`).join(', ');
  const line = points.map(({ share }, at) => `${x(at)},${y(share)}`).join(' ');
  return (
    <svg
      className="chart"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Right on each page. ${words}`}
    >
      {[0, 0.5, 1].map((share) => (
        <line key={share} className="chart-rule" x1={0} x2={width} y1={y(share)} y2={y(share)} />
      ))}
      {points.length > 1 && (
        <polygon className="chart-area" points={`${x(0)},${y(0)} ${line} ${x(points.length - 1)},${y(0)}`} />
      )}
      <polyline className="chart-line" points={line} />
      {points.map(({ page, share, right, marked }, at) => (
        <g key={page}>
          <circle className="chart-dot" cx={x(at)} cy={y(share)} r={3.5}>
            <title>{`Page ${page}: ${right} of ${marked} right`}</title>
          </circle>
          <text className="chart-label" x={x(at)} y={height - 6} textAnchor="middle">
            {page}
          </text>
        </g>
      ))}
    </svg>
  );
}
