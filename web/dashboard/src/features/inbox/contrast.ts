/** Contrast as WCAG 2 counts it, and the nearest colour that reaches it. Pure. */

/** Least contrast of text on its ground. */
export const ENOUGH = 4.5;

type Rgb = readonly [number, number, number];

export function isColour(value: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(value);
}

function parse(colour: string): Rgb {
  const number = Number.parseInt(colour.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

function format([r, g, b]: Rgb): string {
  const hex = (value: number) => Math.round(value).toString(16).padStart(2, "0");
  return `#${hex(r)}${hex(g)}${hex(b)}`;
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** From 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(parse(a)), luminance(parse(b))].sort((x, y) => y - x) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

/**
 * The colour nearest to `colour` on which `text` has enough contrast: mixed with black or white,
 * whichever leads away from the text, and no more than needed.
 */
export function nearestPassing(colour: string, text: string): string {
  if (contrast(colour, text) >= ENOUGH) return colour;
  const away: Rgb = luminance(parse(text)) > 0.18 ? [0, 0, 0] : [255, 255, 255];
  for (let share = 1; share <= 100; share += 1) {
    const candidate = format(mix(parse(colour), away, share / 100));
    if (contrast(candidate, text) >= ENOUGH) return candidate;
  }
  return format(away);
}
