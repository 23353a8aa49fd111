module.exports = { setupFilesAfterEnv: ['podproof/jest'] };
