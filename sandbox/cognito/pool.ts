/** What the stand-in calls itself: names in the form that a real pool and app client have. */
export const region = 'eu-central-1';
export const userPoolId = 'eu-central-1_SandBox01';
export const clientId = '4sandboxtintypedesktop0001';
