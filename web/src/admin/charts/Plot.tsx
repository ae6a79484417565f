// A chart on a canvas. It says nothing to a screen reader: the table beside it does.

import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { useLang } from "@/i18n";
import type { Series } from "./ChartCard";
import { bucketFormat } from "./range";

interface Props {
  /** Seconds since 1970. */
  times: readonly number[];
  series: readonly Series[];
  /** Steps of an hour have the time of the day on the axis. */
  hours: boolean;
  /** Which bucket is pointed at; none when nothing is. */
  onPoint: (index: number | null) => void;
}

const HEIGHT = 176;
/** Up to so many points each is marked; a line of one point is nothing else. */
const FEW = 45;
const COLORS = ["--link", "--good", "--warn"] as const;

/** A colour of the kit as the canvas reads it. */
function color(box: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  box.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** Top of the scale: whole for counts, never under ten percent for shares. */
function top(series: readonly Series[], max: number | null): number {
  return series[0]?.percent ? Math.min(100, Math.max(10, (max ?? 0) * 1.15)) : Math.max(1, (max ?? 0) * 1.1);
}

function options(box: HTMLElement, { times, series, hours, onPoint }: Props, language: "ru" | "en"): uPlot.Options {
  const text = color(box, "--hint");
  const line = { stroke: color(box, "--line"), width: 1 };
  const font = "12px system-ui, sans-serif";
  const locale = language === "ru" ? "ru-RU" : "en-GB";
  const date = hours ? new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }) : bucketFormat(language, false);
  const unit = series[0]?.percent ? "%" : "";
  const number = new Intl.NumberFormat(locale, { notation: "compact" });
  // Half a bucket at both ends, so that no bar is cut.
  const room = series.some((one) => one.bars) ? ((times[1] ?? 0) - (times[0] ?? 0)) / 2 : 0;
  const bars = uPlot.paths.bars?.({ size: [0.7, 40], radius: 0.15 });
  return {
    width: box.clientWidth,
    height: HEIGHT,
    padding: [8, 20, 0, 0],
    // Ticks of days stand where the server's days begin.
    ...(hours ? {} : { tzDate: (at: number) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC") }),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { x: { time: true, range: (_, min, max) => [min - room, max + room] }, y: { range: (_, __, max) => [0, top(series, max)] } },
    axes: [
      { stroke: text, font, grid: { show: false }, ticks: { show: false }, values: (_, at) => at.map((one) => date.format(one * 1000)), space: 64, size: 26 },
      { stroke: text, font, grid: line, ticks: { show: false }, size: 52, values: (_, at) => at.map((one) => (Number.isInteger(one) || unit ? `${number.format(one)}${unit}` : "")) },
    ],
    series: [
      {},
      ...series.map((one, n) => {
        const stroke = color(box, COLORS[n] ?? "--text");
        return one.bars && bars
          ? { label: one.label, stroke, fill: stroke, width: 0, paths: bars, points: { show: false } }
          : { label: one.label, stroke, width: 2, ...(n > 0 ? { dash: [6, 4] } : {}), spanGaps: true, points: { size: 5, show: one.values.filter((value) => value !== null).length <= FEW } };
      }),
    ],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}

export default function Plot({ times, series, hours, onPoint }: Props) {
  const language = useLang();
  const box = useRef<HTMLDivElement>(null);
  const point = useRef(onPoint);
  point.current = onPoint;
  const data = JSON.stringify([times, series]);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const draw = () => new uPlot(options(element, { times, series, hours, onPoint: (index) => point.current(index) }, language), [[...times], ...series.map((one) => [...one.values])], element);
    let plot = draw();
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    // Telegram's theme arrives as variables of the root.
    const themed = new MutationObserver(() => {
      plot.destroy();
      plot = draw();
    });
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "data-theme"] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      plot.destroy();
    };
  }, [data, hours, language]);
  return <div ref={box} class="plot" aria-hidden="true" />;
}
