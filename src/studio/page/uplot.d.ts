/** The server has uPlot's own module under this name. */
export { default } from 'uplot';
