export const analyst = {};
