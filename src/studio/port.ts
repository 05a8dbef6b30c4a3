/** The port on this machine that is taken where none is named. Apart from the server, because the help names it. */
export const defaultPort = 8347;
