/** Lines, areas and bars on a canvas, by uPlot: its code is fetched only where a chart is shown. */
import type uPlot from 'uplot';
import { type Ink, inkOf, isForced, onTheme } from './ink.ts';
import type { Look } from './lines.ts';
import { onAxis, type Unit } from './units.ts';

export type PlotSpec = {
  unit: Unit;
  series: { name: string; look: Look; colour: string; dash: readonly number[] }[];
  /** Of seconds for a line of time, whose days begin by the clocks of a zone; or of places, one for each name. */
  x: { zone: string; steps: readonly number[] } | 'places';
  tick: (x: number) => string;
  /** Where on the x axis something happened. */
  marks: () => readonly number[];
  oncursor: (place: number | null) => void;
  onselect: ((from: number, to: number) => void) | null;
};

const FONT = '11px "Inter Variable", sans-serif';
const WHOLE = [1, 2, 5]
  .flatMap((first) => Array.from({ length: 10 }, (_, power) => first * 10 ** power))
  .sort((a, b) => a - b);

/**
 * Keeps a chart in a box, as large as that is and in the colours of the theme. `ready` is given it once its code has
 * come. Answers how to take it away, also before that.
 */
export function plotIn(box: HTMLElement, spec: PlotSpec, ready: (chart: uPlot) => void): () => void {
  const ink = inkOf(box);
  let stop: (() => void) | null = null;
  let gone = false;
  void plot(box, spec, ink).then((chart) => {
    if (gone) return chart.destroy();
    const observer = new ResizeObserver(() =>
      chart.setSize({ width: box.clientWidth, height: box.clientHeight }),
    );
    observer.observe(box);
    const stopTheme = onTheme(() => {
      ink.forget();
      chart.redraw();
    });
    stop = () => {
      observer.disconnect();
      stopTheme();
      chart.destroy();
    };
    ready(chart);
  });
  return () => {
    gone = true;
    stop?.();
  };
}

async function plot(element: HTMLElement, spec: PlotSpec, ink: Ink): Promise<uPlot> {
  const [{ default: Plot }] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]);
  const isMirrored = getComputedStyle(element).direction === 'rtl';
  const { x } = spec;
  const hasBars = spec.series.some(({ look }) => look === 'bars');
  const made = new Plot(
    {
      width: Math.max(1, element.clientWidth),
      height: Math.max(1, element.clientHeight),
      padding: [14, 20, 0, 6],
      legend: { show: false },
      cursor: {
        y: false,
        points: { size: 8 },
        move: toPoint,
        drag: { x: spec.onselect !== null, y: false, setScale: false, dist: 6 },
        bind: { dblclick: () => null },
      },
      ...(x === 'places'
        ? {}
        : { tzDate: (seconds: number) => Plot.tzDate(new Date(seconds * 1000), x.zone) }),
      scales: {
        x: {
          time: x !== 'places',
          dir: isMirrored ? -1 : 1,
          range: (drawing) => allOf(drawing.data[0], hasBars, x === 'places' ? 1 : (x.steps[0] ?? 1)),
        },
        y: { range: fromZero },
      },
      axes: [
        {
          ...axisOf(ink),
          grid: { show: false },
          values: (_, ticks) => ticks.map(spec.tick),
          space: 76,
          size: 30,
          incrs: x === 'places' ? WHOLE : [...x.steps],
        },
        {
          ...axisOf(ink),
          side: isMirrored ? 1 : 3,
          values: (_, ticks) => ticks.map((tick) => onAxis(tick, spec.unit)),
          size: (_, values) =>
            16 + 6.5 * Math.max(2, ...(values ?? []).map((value) => String(value ?? '').length)),
          ...(spec.unit === 'count' ? { incrs: WHOLE } : {}),
        },
      ],
      series: [{}, ...spec.series.map((one) => seriesOf(Plot, one, ink))],
      hooks: {
        draw: [(drawing) => drawMarks(drawing, spec.marks(), ink)],
        setCursor: [({ cursor }) => spec.oncursor(cursor.idx ?? null)],
        setSelect: [(drawing) => selected(drawing, spec.onselect)],
      },
    },
    [[], ...spec.series.map(() => [])],
    element,
  );
  made.ctx.canvas.dir = 'ltr';
  followFingers(made);
  return made;
}

const axisOf = (ink: Ink): uPlot.Axis => ({
  stroke: () => ink('faint'),
  grid: { stroke: () => ink('line'), width: 1 },
  ticks: { show: false },
  font: FONT,
});

/** The line that goes along with a pointer stands at what is told, not beside it. */
function toPoint({ data, posToIdx, valToPos }: uPlot, left: number, top: number): uPlot.Cursor.LeftTop {
  const at = data[0][posToIdx(left)];
  return left < 0 || at === undefined ? [left, top] : [valToPos(at, 'x'), top];
}

/** Money and counts are compared by their height, so that the ground is always zero. */
const fromZero = (_: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax => {
  const [low, high] = [Math.min(0, least ?? 0), Math.max(0, most ?? 0)];
  if (low === 0 && high === 0) return [0, 1];
  return [low * 1.08, high * 1.08];
};

/** All there is; bars have room for all of their width, and one that stands alone lies in the middle. */
function allOf(xs: ArrayLike<number>, hasBars: boolean, step: number): uPlot.Range.MinMax {
  const [first = 0, second = first + step, last = first] = [xs[0], xs[1], xs[xs.length - 1]];
  const beside = hasBars || xs.length < 2 ? (second - first) / 2 : 0;
  return [first - beside, last + beside];
}

function seriesOf(Plot: typeof uPlot, one: PlotSpec['series'][number], ink: Ink): uPlot.Series {
  const { name, look, colour, dash } = one;
  const bars = look === 'bars' ? Plot.paths.bars?.({ size: [0.76, 48], radius: 0.12 }) : undefined;
  return {
    label: name,
    stroke: () => ink(colour),
    ...(look === 'area' ? { fill: () => (isForced() ? 'transparent' : ink('accent-wash')) } : {}),
    ...(bars ? { paths: bars, fill: () => ink(colour) } : {}),
    ...(dash.length > 0 && !bars ? { dash: [...dash] } : {}),
    width: look === 'before' ? 1.5 : bars ? 0 : 2,
    // a value that stands alone, between steps of which nothing is told, has no line to be seen by
    points: {
      show: (drawing) => drawing.data[0].length < 2,
      filter: (drawing, series) => (bars ? null : alone(drawing.data[series] ?? [])),
      size: 8,
    },
  };
}

function alone(values: ArrayLike<number | null | undefined>): number[] {
  const isTold = (place: number) => typeof values[place] === 'number';
  return Array.from(values, (_, place) => place).filter(
    (place) => isTold(place) && !isTold(place - 1) && !isTold(place + 1),
  );
}

/** What happened, as a thin line from top to bottom with a head that one finds. */
function drawMarks({ ctx, bbox, valToPos }: uPlot, marks: readonly number[], ink: Ink): void {
  const unit = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = ink('muted');
  ctx.lineWidth = unit;
  for (const at of marks) {
    const x = Math.round(valToPos(at, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.setLineDash([2 * unit, 3 * unit]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(x, bbox.top - 8 * unit);
    ctx.lineTo(x + 5 * unit, bbox.top - 3 * unit);
    ctx.lineTo(x, bbox.top + 2 * unit);
    ctx.lineTo(x - 5 * unit, bbox.top - 3 * unit);
    ctx.fill();
  }
  ctx.restore();
}

function selected(drawing: uPlot, onselect: PlotSpec['onselect']): void {
  const { left, width } = drawing.select;
  if (!onselect || width < 6) return;
  const ends = [drawing.posToIdx(left), drawing.posToIdx(left + width)];
  drawing.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onselect(Math.min(...ends), Math.max(...ends));
}

/** uPlot listens to mice; a finger that moves along shows the values below it, one that moves up or down scrolls. */
function followFingers(drawing: uPlot): void {
  drawing.over.style.touchAction = 'pan-y';
  drawing.over.addEventListener('pointermove', ({ pointerType, offsetX }) => {
    if (pointerType === 'touch') drawing.setCursor({ left: offsetX, top: 0 });
  });
}
