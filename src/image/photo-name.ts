/** Names that photos have. What a file is its content says; by its name it is only guessed at. */
const called = /\.(?:jpe?g|png|webp|avif|hei[cf]|tiff?|gif|bmp)$/i;

/** Whether a file of that name, or path, may well be a picture that can be read. */
export const isCalledPhoto = (name: string): boolean => called.test(name);
