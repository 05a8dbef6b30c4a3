/** What strokes become in an SVG. By themselves, because whoever names one need not wait for what draws them. */
export const svgStyles = ['outline', 'centreline'] as const;
export type SvgStyle = (typeof svgStyles)[number];
