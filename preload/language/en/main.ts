/** English: what the system's own dialogs say. */

export const dialog = {
  choosePhotos: 'Choose photos',
  chooseFolder: 'Choose a folder',
  locatePhoto: 'Where is the photo now?',
  saveSkipped: 'Save the list of skipped files',
  skippedFile: 'File',
  skippedWhy: 'Why it was skipped',
  skippedCut: 'This list is not complete: there was more than fits in it.',
  saveDiagnostics: 'Save diagnostics',
  locateFolder: 'Where is the folder now?',
} as const;

/** The pages that the browser shows when it comes back from signing in or out. */
export const pageTitle = {
  signedIn: 'You are signed in',
  notSignedIn: 'You are not signed in',
  signedOut: 'You are signed out',
  stray: 'This page does not belong to a sign-in that is under way',
  notFound: 'There is nothing here',
  refused: 'This is not how Tintype is asked',
} as const;

export const pageText = {
  signedIn: 'You can close this tab and go back to Tintype.',
  notSignedIn: 'Go back to Tintype: it says what went wrong and how to go on.',
  signedOut: 'You can close this tab.',
  stray: 'Go back to Tintype and start the sign-in there.',
  notFound: 'Tintype only listens here while you sign in or out.',
  refused: 'Go back to Tintype and start the sign-in there.',
} as const satisfies Record<keyof typeof pageTitle, string>;
