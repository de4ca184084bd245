npm install @driftos/ports
npm install --save-dev @driftos/ports-cli
npx driftos-ports list
