import { LANGUAGE } from './language.ts';
import type uPlot from 'uplot';

/** A token as the canvas needs it: resolved, in the theme of the place where the chart stands. */
const colourIn = (place: HTMLElement) => (name: string) => {
  const probe = document.createElement('span');
  probe.style.color = `var(--color-${name})`;
  place.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
};

export async function plotEarnings(element: HTMLElement): Promise<uPlot> {
  const [{ default: Plot }] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]);
  const colour = colourIn(element);
  const axis = {
    stroke: () => colour('faint'),
    grid: { stroke: () => colour('line'), width: 1 },
    ticks: { show: false },
    font: '11px "Inter Variable", sans-serif',
  };
  const day = new Intl.DateTimeFormat(LANGUAGE, { month: 'short', day: 'numeric', timeZone: 'UTC' });
  return new Plot(
    {
      width: element.clientWidth,
      height: element.clientHeight,
      padding: [12, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 7 } },
      tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.12 : 1] } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          values: (_, ticks) => ticks.map((tick) => day.format(tick * 1000)),
          space: 72,
          size: 30,
        },
        { ...axis, size: 52 },
      ],
      series: [
        {},
        {
          label: 'Credits',
          stroke: () => colour('accent-text'),
          fill: () => colour('accent-wash'),
          width: 2,
          points: { show: false },
        },
      ],
    },
    [[], []],
    element,
  );
}
