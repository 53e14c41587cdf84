// Not part of the product: opens one file of the workspace when VS Code starts, which the address alone cannot do for files
// with an editor of their own (it opens them before extensions are known). Where it is told to, it says when extensions have started.
const vscode = require('vscode');

exports.activate = async () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const settings = vscode.workspace.getConfiguration('port67Starter');
  const says = settings.get('says', '');
  if (says !== '') {
    const item = vscode.window.createStatusBarItem();
    item.text = says;
    item.show();
  }
  const name = settings.get('open', '');
  const nothingOpen = vscode.window.tabGroups.all.every((group) => group.tabs.length === 0);
  if (folder && name !== '' && nothingOpen) {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.joinPath(folder.uri, name));
  }
};
